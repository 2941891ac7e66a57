/** Asks the database every two seconds whether it answers, so that a readiness check never has to ask itself. */

import type { Logger } from '../foundation/logger.ts';
import { createPeriodicService, type PeriodicService } from '../foundation/service.ts';
import type { Database } from './database.ts';
import { statement } from './statement.ts';

const ping = statement<[], { standby: boolean }>({
  name: 'database.ping',
  lane: 'control',
  deadlineMs: 1_000,
  // A standby answers too, and can do nothing for those who write.
  text: 'select pg_is_in_recovery() as standby',
  unindexedBecause: 'it reads no table',
});

const INTERVAL_MS = 2_000;

export interface ReachabilityProbe extends PeriodicService {
  /** False before the first answer, and whenever the last question went unanswered. */
  isReachable(): boolean;
}

export function createReachabilityProbe(database: Database, logger: Logger): ReachabilityProbe {
  let reachable = false;
  const service = createPeriodicService({
    name: 'database.reachability',
    intervalMs: INTERVAL_MS,
    logger,
    run: async () => {
      const answered = await database.query(ping, []).then(
        ([row]) => row?.standby === false,
        () => false,
      );
      if (answered !== reachable)
        logger.info({ service: 'database', reason: answered ? 'answers' : 'silent' }, 'database');
      reachable = answered;
    },
  });
  return { ...service, isReachable: () => reachable };
}
