/** Sends the pool to the console as it changes: at most ten times a second, and every five seconds when nothing moves. */

import type { FastifyReply } from 'fastify';
import type { Database } from '../database/index.ts';
import { openEventStream } from '../http/index.ts';

const SHORTEST_MS = 100;
const LONGEST_MS = 5_000;

export interface PoolStreamOptions {
  database: Database;
  reply: FastifyReply;
  /** Asked every five seconds; a session that has ended ends its streams. */
  mayGoOn: () => Promise<boolean>;
}

export function streamPool({ database, reply, mayGoOn }: PoolStreamOptions): void {
  let sentChanges = -1;
  let sentAtMs = 0;
  let askedAtMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    // By a clock of its own: where the pool is never quiet, nothing is ever sent for being late.
    if (nowMs - askedAtMs >= LONGEST_MS) {
      askedAtMs = nowMs;
      void mayGoOn().then(
        (may) => !may && stream.close(),
        () => undefined,
      );
    }
    if (nowMs - sentAtMs >= LONGEST_MS || database.changes !== sentChanges) send();
  }, SHORTEST_MS);
  const stream = openEventStream(reply, () => clearInterval(timer));
  const send = () => {
    if (stream.isBackedUp()) return;
    sentChanges = database.changes;
    sentAtMs = performance.now();
    stream.send('pool', database.snapshot());
  };
  send();
}
