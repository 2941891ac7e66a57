/** Sends the pool to the console as it changes: at most ten times a second, and every five seconds when nothing moves. */

import type { FastifyReply } from 'fastify';
import type { Database } from '../database/index.ts';
import { openEventStream } from '../http/index.ts';

const SHORTEST_MS = 100;
const LONGEST_MS = 5_000;
const UNANSWERED_MAX = 6;

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
  let unanswered = 0;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    // By a clock of its own: where the pool is never quiet, nothing is ever sent for being late.
    if (nowMs - askedAtMs >= LONGEST_MS) {
      askedAtMs = nowMs;
      mayGoOn().then(
        (may) => {
          unanswered = 0;
          if (!may) stream.close();
        },
        () => {
          // A database that is away for a moment ends no stream; a session that nobody can check does, before long.
          unanswered += 1;
          if (unanswered >= UNANSWERED_MAX) stream.close();
        },
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
