/** Cleaning up after all tests of a file, asked for wherever something begins: Vitest hears `afterAll` only while it collects. */

import { afterAll } from 'vitest';

const CLEANING_LIMIT_MS = 60_000;
const steps: (() => unknown)[] = [];

/** Runs after the file's last test, last in, first out; one that fails keeps none of the others from running. */
export function atEndOfFile(step: () => unknown): void {
  steps.push(step);
}

afterAll(async () => {
  const failures: unknown[] = [];
  for (const step of steps.reverse()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'the cleaning up failed');
}, CLEANING_LIMIT_MS);
