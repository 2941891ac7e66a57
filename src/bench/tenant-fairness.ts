/**
 * Claim: among twenty tenants of whom one asks two hundred times as much, what each of the others gets of what it asks is
 * as good as equal: Jain's index above 0.95. The same load on `pg.Pool` stands beside it.
 */

import { Pool as DriverPool } from 'pg';
import { Pool } from '../main/database/index.ts';
import { withEmbeddedDatabase } from './support/embedded-database.ts';

const TENANTS = 20;
const LOUD_FACTOR = 200;
const MAX = 8;
const DURATION_MS = 8_000;
const work = 'select pg_sleep(0.01)';

/** Each tenant keeps so many requests under way; what counts is what it was served per request it kept. */
async function measure(ask: (tenant: string) => Promise<unknown>): Promise<number[]> {
  const served = new Array<number>(TENANTS).fill(0);
  const startedAt = performance.now();
  const caller = async (tenant: number) => {
    while (performance.now() - startedAt < DURATION_MS) {
      await ask(`tenant-${tenant}`).catch(() => undefined);
      served[tenant] = (served[tenant] ?? 0) + 1;
    }
  };
  const callers = Array.from({ length: TENANTS }, (_, tenant) => (tenant === 0 ? LOUD_FACTOR : 1)).flatMap(
    (count, tenant) => Array.from({ length: count }, () => caller(tenant)),
  );
  await Promise.all(callers);
  return served;
}

function jain(values: number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return (sum * sum) / (values.length * squares);
}

await withEmbeddedDatabase(async ({ url }) => {
  const pool = new Pool({ connectionString: url, max: MAX, leashMs: 1_000 });
  const ours = await measure((tenant) => pool.as({ tenant }).query(work));
  const driver = new DriverPool({ connectionString: url, max: MAX });
  // A socket that Postgres closes first must not end the benchmark.
  driver.on('error', () => undefined);
  const theirs = await measure(() => driver.query(work));
  for (const [name, served] of [
    ['Aquifer', ours],
    ['pg.Pool', theirs],
  ] as const) {
    console.log(
      `${name}: Jain index ${jain(served).toFixed(3)}; the loud tenant ${served[0]}, the others ${served.slice(1).join(' ')}`,
    );
  }
  console.log('goal: above 0.95');
  await pool.end();
  await driver.end();
});
