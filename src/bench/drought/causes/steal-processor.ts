/** Programs beside the database that burn all processors, as a backup or a neighbour's machine does. */

import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism, setPriority } from 'node:os';
import type { Planting } from './causes.ts';

/** Against each backend that wants to work stand so many who never rest. */
const THIEVES_PER_CORE = 3;
/** Before everybody else, where the system lets us. */
const URGENT = -5;
const running = new Set<ChildProcess>();

// Whatever becomes of the harness: nobody is to find these still burning.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export function stealProcessor(): Planting {
  return {
    async begin() {
      for (let count = 0; count < THIEVES_PER_CORE * availableParallelism(); count += 1) {
        const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
        running.add(child);
        makeUrgent(child);
      }
    },
    async end() {
      for (const child of running) child.kill('SIGKILL');
      running.clear();
    },
  };
}

function makeUrgent({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, URGENT);
  } catch {
    // Not root: there are enough of them at the ordinary priority.
  }
}
