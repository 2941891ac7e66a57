/** The pool's own refusals. Each says which lane, how full it is, and who holds it: a reader should not have to guess. */

import { AppError } from '../foundation/errors.ts';
import type { LaneCounts } from './admission.ts';
import type { LaneName } from './lane.ts';

export interface LaneState extends LaneCounts {
  lane: LaneName;
  /** Connections the pool has open. */
  total: number;
  /** Of those, how many nobody holds. */
  idle: number;
  waitedMs: number;
  /** "5 by reports.monthly for 41 s". */
  holders: string;
}

export function laneFull(state: LaneState): AppError {
  return refusal('lane_full', `${headline(state)}; ${state.waiting} wait already.`, state);
}

export function waitedTooLong(state: LaneState): AppError {
  return refusal('lane_wait_exceeded', `${headline(state)}; no connection came free in ${state.waitedMs} ms.`, state);
}

export function poolClosing(): AppError {
  return new AppError('overloaded', 'closing', 'The server is stopping.', { retryAfterSeconds: 5 });
}

export function callerGone(): AppError {
  return new AppError('timeout', 'caller_gone', 'The caller went away before the answer was ready.');
}

export function deadlineExceeded(statement: string, deadlineMs: number): AppError {
  return new AppError('timeout', 'deadline_exceeded', 'The database did not answer in time.', {
    details: { statement, deadlineMs: Math.round(deadlineMs) },
  });
}

/** The connection was lost after COMMIT had been sent: the change may have been made or not. */
export function outcomeUnknown(cause: unknown): AppError {
  return new AppError(
    'overloaded',
    'outcome_unknown',
    'The connection was lost while your change was being saved. Look before you try again: it may have been saved.',
    { cause, retryAfterSeconds: 2 },
  );
}

function headline({ lane, active, holders }: LaneState): string {
  return `The ${lane} lane is full: ${active} held${holders === '' ? '' : `, ${holders}`}`;
}

function refusal(code: string, message: string, state: LaneState): AppError {
  const { lane, total, active, idle, waiting, holders } = state;
  const waitedMs = Math.round(state.waitedMs);
  return new AppError('overloaded', code, message, {
    retryAfterSeconds: 1,
    details: { lane, total, active, idle, waiting, waitedMs },
    extensions: { lane: { name: lane, total, active, idle, waiting, waitedMs, holders } },
  });
}
