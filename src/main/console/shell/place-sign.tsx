// Beside a place's name: how much there is that somebody should look at. Nothing where there is none.
import { useQuery } from '@tanstack/react-query';
import { plural } from '../components/number-words.ts';
import { firingAlertsQuery } from '../monitor/alerts/alerts.ts';
import { openIncidentsQuery } from '../monitor/incidents/incidents.ts';
import type { Place } from './screens.ts';

export function PlaceSign({ to }: Pick<Place, 'to'>) {
  if (to === '/alerts') return <FiringSign />;
  return to === '/incidents' ? <OpenSign /> : null;
}

/** Often enough for every page; the page of alerts itself asks each second. */
const LOOK_MS = 5_000;

function FiringSign() {
  const { data } = useQuery({ ...firingAlertsQuery(), refetchInterval: LOOK_MS });
  // A note is for those who look, and calls nobody.
  const told = (data?.alerts ?? []).filter(({ severity }) => severity !== 'note');
  const isUrgent = told.some(({ severity }) => severity === 'page');
  return (
    <Sign
      count={told.length}
      tone={isUrgent ? 'bad' : 'warn'}
      words={`${plural(told.length, 'alert', 'alerts')} firing`}
    />
  );
}

function OpenSign() {
  const { data } = useQuery(openIncidentsQuery());
  const count = data?.length ?? 0;
  return <Sign count={count} tone="bad" words={`${plural(count, 'incident', 'incidents')} open`} />;
}

interface SignProps {
  readonly count: number;
  readonly tone: 'warn' | 'bad';
  readonly words: string;
}

function Sign({ count, tone, words }: SignProps) {
  if (count === 0) return null;
  return (
    <span className="place-sign" data-tone={tone} title={words}>
      <span aria-hidden="true">{count}</span>
      <span className="only-for-screen-readers">, {words}</span>
    </span>
  );
}
