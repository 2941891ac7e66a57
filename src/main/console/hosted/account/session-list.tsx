// Where one is logged in: this device first, then the last used; and the ways to end it there.
import { useId } from 'react';
import type { Session } from '../../../client/index.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { addressOf, goTo } from '../address.ts';
import { useCall } from '../use-call.ts';
import { useLoaded } from '../use-loaded.ts';
import { useWords, type Words } from '../use-words.ts';
import { deviceIcon, deviceName, methodWords, placeName } from './device-name.ts';
import { knownParts, Thing } from './thing.tsx';

const loadSessions = (signal: AbortSignal) => api.accounts.listSessions(signal);

export function SessionList() {
  const { say } = useWords();
  const title = useId();
  const sessions = useLoaded(loadSessions);
  const endOne = useCall((id: string) => api.accounts.revokeSession(id), sessions.reload);
  const endOthers = useCall<undefined, unknown>(() => api.accounts.revokeOtherSessions(), sessions.reload);
  const endAll = useCall<undefined, unknown>(
    () => api.accounts.revokeAllSessions(),
    () => goTo(addressOf('log-in', null)),
  );
  const problem = sessions.error ?? endOne.error ?? endOthers.error ?? endAll.error;
  const list = [...(sessions.data ?? [])].sort(thisOneFirst);
  return (
    <section className="things-part" aria-labelledby={title}>
      <h3 id={title}>{say('account.sessions')}</h3>
      {problem !== null && <ProblemNotice error={problem} onRetry={sessions.reload} />}
      <ul className="things">
        {list.map((session) => (
          <SessionItem
            key={session.id}
            session={session}
            isBusy={endOne.isBusy}
            onEnd={() => void endOne.send(session.id)}
          />
        ))}
      </ul>
      {list.length > 1 && (
        <>
          <p className="account-hint">{say('account.sessions.unknown')}</p>
          <div className="account-foot">
            <Button isBusy={endOthers.isBusy} onClick={() => void endOthers.send(undefined)}>
              {say('account.sessions.endOthers')}
            </Button>
            <Button weight="quiet" isBusy={endAll.isBusy} onClick={() => void endAll.send(undefined)}>
              {say('account.sessions.endAll')}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

function thisOneFirst(one: Session, other: Session): number {
  if (one.current !== other.current) return one.current ? -1 : 1;
  return other.lastUsedAt.localeCompare(one.lastUsedAt);
}

interface SessionItemProps {
  readonly session: Session;
  readonly isBusy: boolean;
  readonly onEnd: () => void;
}

function SessionItem({ session, isBusy, onEnd }: SessionItemProps) {
  const words = useWords();
  const { say } = words;
  const device = deviceName(session.device, words);
  const lastUsed = session.current
    ? null
    : say('account.sessions.used', { when: words.ago(session.lastUsedAt, Date.now()) });
  return (
    <Thing
      icon={deviceIcon(session.device)}
      title={<span title={session.userAgent ?? undefined}>{device}</span>}
      mark={markOf(session, words)}
      markTone={session.isImpersonated ? 'warn' : 'good'}
      about={[knownParts(placeName(session.place, words), session.ip, lastUsed), beganWords(session, words)]}
      actions={
        !session.current && (
          <Button isBusy={isBusy} aria-label={say('account.sessions.endOne', { device })} onClick={onEnd}>
            {say('account.sessions.end')}
          </Button>
        )
      }
    />
  );
}

function markOf(session: Session, { say }: Words): string | null {
  if (session.isImpersonated) return say('account.sessions.operator');
  return session.current ? say('account.sessions.this') : null;
}

function beganWords(session: Session, words: Words): string {
  const date = words.time(session.createdAt);
  const methods = methodWords(session.methods, words);
  return methods === ''
    ? words.say('account.sessions.began', { date })
    : words.say('account.sessions.beganBy', { date, methods });
}
