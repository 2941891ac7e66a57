// The ten kinds of cause, as a person would say them.
import type { Verdict, VerdictTerms } from '../../client/index.ts';

interface KindWords {
  readonly title: string;
}

const kinds: Record<Verdict['kind'], KindWords> = {
  missing_index: { title: 'No index' },
  slow_statement: { title: 'A slow statement' },
  plan_changed: { title: 'The plan changed' },
  volume_surge: { title: 'More calls' },
  lock_held: { title: 'A lock is held' },
  ddl_queued: { title: 'A schema change waits in front' },
  idle_in_transaction: { title: 'Open transactions' },
  leak: { title: 'Connections not given back' },
  server_slow: { title: 'The server is slow' },
  connect_storm: { title: 'Too many new connections' },
};

export function kindWords(kind: Verdict['kind']): KindWords {
  return kinds[kind] ?? { title: kind };
}

/** The same for a kind that is only a text, as an incident keeps it. */
export function causeTitle(kind: string): string {
  return kindWords(kind as Verdict['kind']).title;
}

export interface TermView {
  readonly key: keyof VerdictTerms;
  readonly label: string;
  readonly connections: number;
}

const termLabels: Record<keyof VerdictTerms, string> = {
  moreCalls: 'More calls',
  longerExecution: 'Longer execution',
  idleInTransaction: 'Idle in a transaction',
  lockWait: 'Waiting for a lock',
  serverSlow: 'The server is slower',
  leak: 'Not given back',
  connectStorm: 'Connecting',
};

/** The terms that explain something, the largest first. */
export function termViews(terms: VerdictTerms): TermView[] {
  return (Object.keys(termLabels) as (keyof VerdictTerms)[])
    .map((key) => ({ key, label: termLabels[key], connections: terms[key] }))
    .filter(({ connections }) => connections >= 0.05)
    .toSorted((one, other) => other.connections - one.connections);
}
