// What was done with one's account: newest first, day by day, earlier on request.
import { useEffect, useState } from 'react';
import type { AuditEvent } from '../../../client/audit.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { useCall } from '../use-call.ts';
import { useWords } from '../use-words.ts';
import { ActivityItem } from './activity-item.tsx';
import { byDay } from './by-day.ts';

const EVENTS_PER_PAGE = 30;

export function ActivityPart() {
  const { say, date } = useWords();
  const [events, setEvents] = useState<readonly AuditEvent[]>([]);
  const load = useCall(
    (cursor: string | undefined) => api.accounts.audit.listOwn({ cursor, limit: EVENTS_PER_PAGE }),
    (page) => setEvents((known) => [...known, ...page.items.filter(({ id }) => !known.some((one) => one.id === id))]),
  );
  useEffect(() => void load.send(undefined), []);
  const [cursor, setCursor] = useState<string | null>(null);
  useEffect(() => {
    if (load.answer) setCursor(load.answer.nextCursor);
  }, [load.answer]);

  if (events.length === 0 && load.isBusy) return <LinesSkeleton lines={6} />;
  return (
    <>
      {load.answer !== null && events.length === 0 && <p className="account-nothing">{say('account.activity.none')}</p>}
      {events.length > 0 && <p className="account-hint">{say('account.activity.unknown')}</p>}
      {byDay(events).map((day) => (
        <section key={day.key}>
          <h3 className="activity-day">{date(day.at)}</h3>
          <ul className="things">
            {day.events.map((event) => (
              <ActivityItem key={event.id} event={event} />
            ))}
          </ul>
        </section>
      ))}
      {load.error !== null && <ProblemNotice error={load.error} onRetry={() => void load.send(cursor ?? undefined)} />}
      {cursor !== null && (
        <div>
          <Button isBusy={load.isBusy} onClick={() => void load.send(cursor)}>
            {say('account.activity.more')}
          </Button>
        </div>
      )}
    </>
  );
}
