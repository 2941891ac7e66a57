/** The door to the engine: one function, whether the adapter is a file or an object. */

import type { Adapter } from './adapter.ts';
import { type EngineOptions, type EngineRun, runEngine } from './engine.ts';
import type { RunResult } from './result.ts';
import { runInWorker, type WorkerRun } from './run-in-worker.ts';

/**
 * - With the path of an adapter file the engine runs in a thread of its own: what to use for numbers.
 * - With an adapter as an object it runs in this thread, for short runs and tests: functions cannot be handed over.
 */
export type ScheduleRun = EngineOptions & {
  adapter: string | Adapter;
  onOutcome?: EngineRun['onOutcome'];
  workerFile?: WorkerRun['workerFile'];
};

/** Aims a schedule at a server. Rejects when the adapter fails; a server that fails is a result. */
export function runSchedule({ adapter, onOutcome, workerFile, ...options }: ScheduleRun): Promise<RunResult> {
  if (typeof adapter === 'string') {
    if (onOutcome) throw new TypeError('onOutcome needs an adapter that is an object: its thread cannot call this one');
    return runInWorker({ ...options, adapter, ...(workerFile ? { workerFile } : {}) });
  }
  return runEngine({ ...options, adapter, ...(onOutcome ? { onOutcome } : {}) });
}
