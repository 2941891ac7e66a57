// What stands on a timeline, in a word and a tone.
import type { TimelineEntry } from '../../../client/index.ts';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'own';

interface KindWords {
  readonly label: string;
  readonly tone: Tone;
}

const kinds: Record<TimelineEntry['kind'], KindWords> = {
  deploy: { label: 'Deploy', tone: 'plain' },
  migration: { label: 'Migration', tone: 'plain' },
  ddl: { label: 'Schema change', tone: 'plain' },
  analyze: { label: 'Statistics', tone: 'plain' },
  plan_changed: { label: 'Plan changed', tone: 'warn' },
  lane_saturated: { label: 'Lane full', tone: 'warn' },
  refusals: { label: 'Refusals', tone: 'bad' },
  limit_changed: { label: 'Limit', tone: 'plain' },
  statement_moved: { label: 'Statement moved', tone: 'plain' },
  session_ended: { label: 'Session ended', tone: 'plain' },
  rule: { label: 'Rule', tone: 'plain' },
  alert: { label: 'Alert', tone: 'warn' },
  trouble: { label: 'Trouble seen', tone: 'warn' },
  verdict: { label: 'Cause named', tone: 'warn' },
  users_hurt: { label: 'Users hurt', tone: 'bad' },
  database: { label: 'Database', tone: 'plain' },
  operator: { label: 'By hand', tone: 'own' },
  note: { label: 'Note', tone: 'own' },
  opened: { label: 'Opened', tone: 'bad' },
  closed: { label: 'Closed', tone: 'good' },
};

/** A kind that only a newer server knows keeps its own name. */
export function timelineKindWords(kind: TimelineEntry['kind']): KindWords {
  return kinds[kind] ?? { label: kind.replaceAll('_', ' '), tone: 'plain' };
}
