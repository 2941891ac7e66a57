// What hurts and why, the sessions behind it, and what the guard has done.
import type {
  CauseReport,
  Holder,
  JournalEntryView,
  JournalPageView,
  LockNode,
  PlanFinding,
  SessionList,
  SessionView,
  Verdict,
  VerdictAction,
  VerdictKind,
  VerdictTerms,
} from '../monitor/cause/schema.ts';
import type { Transport } from './transport.ts';

export type {
  CauseReport,
  Holder,
  JournalEntryView,
  JournalPageView,
  LockNode,
  PlanFinding,
  SessionList,
  SessionView,
  Verdict,
  VerdictAction,
  VerdictKind,
  VerdictTerms,
};

export interface JournalRequest {
  readonly limit?: number;
  /** What the page before gave as `nextCursor`. */
  readonly cursor?: string | undefined;
}

const base = '/v1/monitor';

/** Part of the monitor's client; operators only. */
export function createCauseClient({ send }: Transport) {
  return {
    /** Calm or trouble, the verdict, and those that are over. */
    cause: (signal?: AbortSignal) => send<CauseReport>('GET', `${base}/cause`, { signal }),
    sessions: (signal?: AbortSignal) => send<SessionList>('GET', `${base}/sessions`, { signal }),
    journal: ({ limit, cursor }: JournalRequest = {}, signal?: AbortSignal) =>
      send<JournalPageView>('GET', `${base}/journal`, { query: { limit, cursor }, signal }),
  };
}
