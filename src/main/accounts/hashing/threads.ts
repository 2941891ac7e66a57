/** The threads that hash: few, of low priority, started when first needed and ended when long unneeded. */

import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { HashCost } from './cost.ts';

export type HashTask =
  | { kind: 'hash'; password: string; cost: HashCost }
  | { kind: 'verify'; password: string; hash: string };

export interface HashThreads {
  readonly count: number;
  run(task: HashTask): Promise<string | boolean>;
  stop(): Promise<void>;
}

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));
const IDLE_TIMEOUT_MS = 60_000;
/** Behind the event loop, whatever hashing costs. On macOS this would slow the whole process instead of the thread. */
const NICE_INCREMENT = process.platform === 'darwin' ? 0 : 10;

/** @param wanted how many; 0 means one for each core */
export function createHashThreads(wanted: number): HashThreads {
  const count = wanted > 0 ? wanted : availableParallelism();
  let pool: Piscina<HashTask, string | boolean> | undefined;
  const start = () =>
    new Piscina<HashTask, string | boolean>({
      filename: WORKER,
      name: 'runTask',
      minThreads: 1,
      maxThreads: count,
      idleTimeout: IDLE_TIMEOUT_MS,
      niceIncrement: NICE_INCREMENT,
      concurrentTasksPerWorker: 1,
    });
  return {
    count,
    run(task) {
      pool ??= start();
      return pool.run(task);
    },
    async stop() {
      await pool?.destroy();
      pool = undefined;
    },
  };
}
