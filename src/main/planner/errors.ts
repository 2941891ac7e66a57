/** What the planner refuses, in its own words. Its rooms have errors of their own beside their code. */

import { AppError } from '../foundation/errors.ts';

export function plannerOff(): AppError {
  return new AppError('conflict', 'planner_off', 'The planner is switched off: AQUIFER_PLANNER is off on this server.');
}

export function runNotFound(): AppError {
  return new AppError('not_found', 'run_not_found', 'There is no such run.');
}

export function runEnded(): AppError {
  return new AppError('conflict', 'run_ended', 'The run has ended already.');
}

export function statementNotFound(): AppError {
  return new AppError('not_found', 'statement_not_found', 'The last review has no such statement.');
}

export function adviceNotFound(): AppError {
  return new AppError('not_found', 'advice_not_found', 'There is no such advice.');
}

/** @param reason a sentence */
export function adviceClosed(reason: string): AppError {
  return new AppError('conflict', 'advice_closed', reason);
}

export function indexWorkNotFound(): AppError {
  return new AppError('not_found', 'index_work_not_found', 'There is no such work on an index.');
}

export function indexWorkEnded(): AppError {
  return new AppError('conflict', 'index_work_ended', 'It has ended already.');
}

export function indexWorkRunning(): AppError {
  return new AppError(
    'conflict',
    'index_work_running',
    'Another index is being created or dropped, on this server or another. Wait for it, or give it up.',
  );
}

/** @param reason a sentence */
export function indexWorkRefused(reason: string): AppError {
  return new AppError('unprocessable', 'index_work_refused', reason);
}

/** @param reason a sentence: what is wrong at present */
export function usersAreHurt(reason: string): AppError {
  return new AppError('conflict', 'users_are_hurt', `Not now: ${reason}`);
}

/** @param reason a sentence */
export function diskHasNoRoom(reason: string): AppError {
  return new AppError('conflict', 'disk_has_no_room', reason);
}

export function snapshotNotFound(): AppError {
  return new AppError('not_found', 'snapshot_not_found', 'There is no such snapshot; it may be too old to be kept.');
}

export function plannerBusy(): AppError {
  return new AppError('overloaded', 'planner_busy', 'Too many statements are being planned. Try again in a moment.', {
    retryAfterSeconds: 5,
  });
}

/** @param what is planned, such as `This review` */
export function plannerTimeout(what: string): AppError {
  return new AppError('timeout', 'planner_timeout', `${what} took too long and was ended.`);
}

export function plannerOutOfMemory(cause: unknown): AppError {
  return new AppError(
    'unprocessable',
    'planner_out_of_memory',
    'The planner needed more memory than it may take. The command line has no such bound.',
    { cause },
  );
}

/** @param reason a sentence */
export function statementNotPlanned(reason: string): AppError {
  return new AppError('unprocessable', 'statement_not_planned', reason);
}

/** @param reason a sentence */
export function indexNotUnderstood(reason: string): AppError {
  return new AppError('unprocessable', 'index_not_understood', reason);
}
