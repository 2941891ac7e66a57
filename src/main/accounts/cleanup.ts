/** Deletes what has expired, in batches, so that no run holds a connection or locks for long. */

import type { Database } from '../database/index.ts';
import type { Logger } from '../foundation/logger.ts';
import { createPeriodicService, type PeriodicService } from '../foundation/service.ts';
import { cleanupStatements } from './queries/cleanup.ts';

const INTERVAL_MS = 10 * 60_000;
const BATCH = 500;
/** What a run leaves over, the next one finds. */
const MAX_BATCHES = 100;

export function createCleanup(database: Database, logger: Logger): PeriodicService {
  return createPeriodicService({
    name: 'accounts cleanup',
    intervalMs: INTERVAL_MS,
    logger,
    async run(signal) {
      for (const statement of cleanupStatements) {
        for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
          signal.throwIfAborted();
          if ((await database.execute(statement, [BATCH], { signal })) < BATCH) break;
        }
      }
    },
  });
}
