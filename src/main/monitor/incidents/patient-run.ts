/**
 * Background work that a database which is away, or busy with those who matter more, makes fail again and again: that is said once, and
 * once more when it goes on. What is a fault of ours is left to be logged as one.
 */

import { AppError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';

const PASSING = new Set(['overloaded', 'timeout']);

export function patiently(logger: Logger, service: string, run: () => Promise<void>): () => Promise<void> {
  let failures = 0;
  return async () => {
    try {
      await run();
      if (failures > 1) logger.info({ service, failures }, 'background work goes on');
      failures = 0;
    } catch (error) {
      if (!(error instanceof AppError) || !PASSING.has(error.kind)) throw error;
      failures += 1;
      if (failures === 1) logger.warn({ service, code: error.code }, 'background work waits for the database');
    }
  };
}
