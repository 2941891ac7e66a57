/**
 * Claim: HikariCP's spike. Five idle connections, fifty requests at once, 150 ms to connect, 2 ms to query: the median is
 * answered within 25 ms over at most six connections, because a connection that comes back serves whoever waits.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { Pool as DriverPool } from 'pg';
import { Pool } from '../main/database/index.ts';
import { median } from './support/paired-rounds.ts';
import { createStubClient } from './support/stub-client.ts';

const IDLE = 5;
const REQUESTS = 50;
const ROUNDS = 7;

interface AnyPool {
  query(text: string): Promise<unknown>;
}

async function measure(make: (Client: never) => AnyPool): Promise<{ p50Ms: number; maxMs: number; opened: number }> {
  const { Client, opened } = createStubClient({ connectMs: 150, queryMs: 2 });
  const pool = make(Client as never);
  // Known statements, as in a program that has run for a while; and five connections that are idle.
  for (let round = 0; round < 20; round += 1) await pool.query('select 1');
  while (opened.count < IDLE) {
    await Promise.all(Array.from({ length: IDLE * 4 }, () => pool.query('select 1')));
    await sleep(200);
  }
  const before = opened.count;
  const took = await Promise.all(
    Array.from({ length: REQUESTS }, async () => {
      const startedAt = performance.now();
      await pool.query('select 1');
      return performance.now() - startedAt;
    }),
  );
  await sleep(300);
  return { p50Ms: median(took), maxMs: Math.max(...took), opened: opened.count - before + Math.min(before, IDLE) };
}

const ours: Awaited<ReturnType<typeof measure>>[] = [];
const driver: Awaited<ReturnType<typeof measure>>[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  ours.push(await measure((Client) => new Pool({ max: 50, Client })));
  driver.push(await measure((Client) => new DriverPool({ max: 50, Client })));
}
const describe = (name: string, results: typeof ours) =>
  console.log(
    `${name}: p50 ${median(results.map((one) => one.p50Ms)).toFixed(1)} ms, slowest ${median(results.map((one) => one.maxMs)).toFixed(1)} ms, ${median(results.map((one) => one.opened))} connections`,
  );
describe('Aquifer', ours);
describe('pg.Pool', driver);
console.log('goal: p50 of 25 ms or less, 6 connections or fewer');
process.exit(0);
