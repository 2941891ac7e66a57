/** The planner's thread: started from this file by `planner-thread.ts`, for one server's tasks, one after the other. */

import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadData } from './messages.ts';
import { serveTasks } from './serve-tasks.ts';
import { PlannerTasks } from './tasks.ts';

/** Behind the event loop. On Linux this is the thread's own priority, elsewhere the whole process's. */
const NICENESS = 10;

if (process.platform === 'linux') {
  try {
    setPriority(NICENESS);
  } catch {
    // It works at the usual priority then.
  }
}
if (parentPort) serveTasks(parentPort, new PlannerTasks((workerData as ThreadData).directory));
