/** A planner's thread whose work is a test's: it answers, refuses, breaks, stops when told or not at all, fills its memory. */

import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../../main/foundation/errors.ts';
import { serveTasks } from '../../main/planner/jobs/serve-tasks.ts';

if (parentPort) {
  serveTasks<string, unknown>(parentPort, {
    async run(task, { onProgress, signal }) {
      if (task === 'refuse') throw new AppError('unprocessable', 'refused_here', 'It is refused.');
      if (task === 'break') throw new Error('nobody had foreseen this');
      if (task === 'leave') process.exit(0);
      if (task === 'fill') for (const all: unknown[] = []; ; ) all.push(new Array(10_000).fill(all.length));
      if (task === 'ignore') for (;;) await sleep(1_000);
      // Without ever giving way: only telling of progress lets it hear.
      if (task === 'follow')
        for (let done = 0; ; done += 1) {
          onProgress({ done, total: 1e9, sentence: 'It goes on.' });
          signal.throwIfAborted();
        }
      onProgress({ done: 1, total: 2, sentence: 'Half of it.' });
      onProgress({ done: 2, total: 2, sentence: 'All of it.' });
      return { directory: (workerData as { directory: string }).directory, isMain: isMainThread };
    },
    close: async () => undefined,
  });
}
