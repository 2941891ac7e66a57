/** The pool's own refusals. Each says which lane, how full it is, and who holds it: a reader should not have to guess. */

import { AppError } from '../foundation/errors.ts';
import type { LaneCounts } from './admission.ts';
import type { RefusalReason } from './tracker.ts';

/** Nothing moves: whoever could give a connection back has run nothing on it for long. */
export interface Stall {
  holders: number;
  /** They hold all that the pool has, and not only what this one could get. */
  isWholePool: boolean;
  /** For how long all of them have run nothing. */
  idleMs: number;
  /** How many wait, in all lanes. */
  waiting: number;
  /** Where they took theirs, as far as that was noted: `app.ts:12`. */
  places: string[];
}

export interface LaneState extends LaneCounts {
  lane: string;
  /** Connections the pool has open. */
  total: number;
  /** Of those, how many nobody holds. */
  idle: number;
  waitedMs: number;
  /** About how long a newcomer would wait. */
  expectedWaitMs: number;
  /** What the statement itself usually takes, where it is that which is too long. */
  expectedMs?: number;
  /** "5 by reports.monthly for 41 s". */
  holders: string;
  /** For a second checkout: what the first one runs. */
  heldBy?: string | undefined;
  stall?: Stall | undefined;
}

const RETRY_AFTER_MAX_SECONDS = 30;
const CAPPED_RETRY_SECONDS = 30;

const codes: Record<RefusalReason, string> = {
  queue_full: 'lane_full',
  waited_too_long: 'lane_wait_exceeded',
  overloaded: 'lane_overloaded',
  deadline_unmeetable: 'deadline_unmeetable',
  nested: 'nested_checkout',
  statement_capped: 'statement_capped',
  caller_gone: 'caller_gone',
  closing: 'closing',
};

/** The refusal for a reason, in a sentence and in fields. */
export function refusalOf(reason: RefusalReason, state: LaneState): AppError {
  const { lane, total, active, idle, waiting, holders } = state;
  const waitedMs = Math.round(state.waitedMs);
  const kind = reason === 'nested' ? 'internal' : 'overloaded';
  return new AppError(kind, codes[reason], sentenceOf(reason, state), {
    retryAfterSeconds:
      reason === 'statement_capped' ? CAPPED_RETRY_SECONDS : Math.max(1, Math.ceil(state.expectedWaitMs / 1000)),
    details: { lane, total, active, idle, waiting, waitedMs },
    extensions: { lane: { name: lane, total, active, idle, waiting, waitedMs, holders } },
  });
}

function sentenceOf(reason: RefusalReason, state: LaneState): string {
  const { active, holders, lane, waiting } = state;
  const headline = `The ${lane} lane is full: ${active} held${holders === '' ? '' : `, ${holders}`}`;
  switch (reason) {
    case 'queue_full':
      return `${headline}; ${waiting} wait already.`;
    case 'overloaded':
      return `${headline}; everyone has waited too long for two seconds, and you for ${Math.round(state.waitedMs)} ms.`;
    case 'deadline_unmeetable':
      if (state.expectedMs !== undefined)
        return `${headline}; after ${Math.round(state.waitedMs)} ms too little time was left for what usually takes ${Math.round(state.expectedMs)} ms.`;
      return `${headline}; with ${waiting} waiting it would take about ${Math.round(state.expectedWaitMs)} ms, longer than you have.`;
    case 'statement_capped':
      return 'An operator has switched this statement off for now, because it hurts others.';
    case 'nested':
      if (state.stall) return stallSentenceOf(state.stall);
      return `A second connection was asked for while holding one (${state.heldBy}), and would have had to wait: pass the first one on instead. ${headline}.`;
    default:
      return `${headline}; no connection came free in ${Math.round(state.waitedMs)} ms.`;
  }
}

function stallSentenceOf({ holders, idleMs, isWholePool, places, waiting }: Stall): string {
  const which = `${holders === 1 ? 'The one connection' : `All ${holders} connections`}${isWholePool ? '' : ' that this could get'}`;
  const by = holders === 1 ? 'is held by a caller who has' : 'are held by callers who have';
  const taken = places.length === 0 ? '' : ` (taken at ${places.join(' and ')})`;
  const who = `${waiting} ${waiting === 1 ? 'waits' : 'wait'}`;
  return `${which} ${by} run nothing for ${(idleMs / 1000).toFixed(1)} s while ${who}: code that holds a connection seems to ask for a second one${taken}. Pass the first one on instead.`;
}

export function poolClosing(): AppError {
  return new AppError('overloaded', 'closing', 'The server is stopping.', { retryAfterSeconds: 5 });
}

export function callerGone(): AppError {
  return new AppError('timeout', 'caller_gone', 'The caller went away before the answer was ready.');
}

/** It is worth another try, later: whatever made it slow may be over by then. */
export function deadlineExceeded(statement: string, deadlineMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(deadlineMs / 1000));
  return new AppError('timeout', 'deadline_exceeded', 'The database did not answer in time.', {
    details: { statement, deadlineMs: Math.round(deadlineMs) },
    retryAfterSeconds: Math.min(RETRY_AFTER_MAX_SECONDS, seconds),
  });
}

/** The connection was lost after COMMIT had been sent: the change may have been made or not. `database.outcomeOf` knows. */
export function outcomeUnknown(cause: unknown, xactId: string | undefined): AppError {
  return new AppError(
    'overloaded',
    'outcome_unknown',
    'The connection was lost while your change was being saved. Look before you try again: it may have been saved.',
    { cause, retryAfterSeconds: 2, ...(xactId === undefined ? {} : { details: { xactId } }) },
  );
}

/** A fault of ours: the work of a transaction went on after a statement of it had failed. Nothing was kept. */
export function errorSwallowed(): AppError {
  return new AppError('internal', 'internal', 'Something went wrong on our side.', {
    cause: new Error('the transaction had failed before its commit: its work swallowed an error'),
  });
}
