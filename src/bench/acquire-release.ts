/**
 * Claim: taking a client and giving it back costs at most 2 µs where nobody waits, and 4 µs where 10,000 wait. The peer is
 * `pg.Pool` with the two time-outs without which it may wait for ever. Stub clients: the pools alone are measured.
 */

import { Pool as DriverPool } from 'pg';
import { Pool } from '../main/database/index.ts';
import { median } from './support/paired-rounds.ts';
import { createStubClient } from './support/stub-client.ts';

const ROUNDS = 9;
const MAX = 10;
const timeouts = { idleTimeoutMillis: 10_000, connectionTimeoutMillis: 60_000 };

interface AnyPool {
  connect(callback: (error: Error | undefined, client: unknown, done: () => void) => void): void;
  end(): Promise<void>;
}

type MakePool = () => AnyPool;

const makeOurs: MakePool = () =>
  new Pool({ max: MAX, ...timeouts, Client: createStubClient({ connectMs: 0, queryMs: 0 }).Client as never });
const makeDriver: MakePool = () =>
  new DriverPool({ max: MAX, ...timeouts, Client: createStubClient({ connectMs: 0, queryMs: 0 }).Client as never });

/** Nanoseconds for each take and give back, with `waiters` standing in line all the time. */
async function measure(make: MakePool, waiters: number, operations: number): Promise<number> {
  const pool = make();
  await new Promise<void>((resolve) => pool.connect((_error, _client, done) => resolve(done())));
  let left = operations;
  let finished = 0;
  const callers = Math.max(1, waiters);
  const startedAt = process.hrtime.bigint();
  await new Promise<void>((resolve) => {
    const take = () => {
      left -= 1;
      pool.connect((error, _client, done) => {
        if (error) throw error;
        finished += 1;
        // In a turn of its own: given back inside of the callback, pg.Pool serves its whole line on one stack, and overflows.
        queueMicrotask(() => {
          done();
          if (left > 0) take();
        });
        if (finished === operations) resolve();
      });
    };
    for (let caller = 0; caller < callers; caller += 1) take();
  });
  const nanoseconds = Number(process.hrtime.bigint() - startedAt) / finished;
  return nanoseconds;
}

for (const [waiters, operations, goal] of [
  [0, 200_000, 2_000],
  [10_000, 200_000, 4_000],
] as const) {
  const ours: number[] = [];
  const driver: number[] = [];
  await measure(makeOurs, waiters, operations);
  await measure(makeDriver, waiters, operations);
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await measure(makeOurs, waiters, operations));
    driver.push(await measure(makeDriver, waiters, operations));
  }
  const ratio = median(ours.map((value, index) => value / (driver[index] ?? value)));
  const inMicroseconds = (values: number[]) => (median(values) / 1000).toFixed(2);
  console.log(
    `${waiters} waiters: Aquifer ${inMicroseconds(ours)} µs, pg.Pool ${inMicroseconds(driver)} µs, ratio ${ratio.toFixed(2)} (goal ${goal / 1000} µs)`,
  );
}
process.exit(0);
