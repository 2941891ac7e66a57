/**
 * Claim: selects by primary key, fifty callers, reach at least 1.5 times what `pg.Pool` does with the same prepared
 * statement, because short declared reads share a few pipelined connections.
 */

import { Pool as DriverPool } from 'pg';
import { createDatabase, createLogger, statement } from '../main/database/index.ts';
import { withEmbeddedDatabase } from './support/embedded-database.ts';
import { runPaired } from './support/paired-rounds.ts';

const CALLERS = 50;
const ROUNDS = 7;
const ROUND_MS = 3_000;
const ROWS = 100_000;
const text = 'select id, name from bench_items where id = $1';

const findItem = statement<[id: number], { id: number; name: string }>({
  name: 'bench.findItem',
  lane: 'critical',
  deadlineMs: 2_000,
  isShared: true,
  text,
});

async function measure(ask: (id: number) => Promise<unknown>, durationMs: number): Promise<number> {
  let done = 0;
  const startedAt = performance.now();
  const caller = async () => {
    while (performance.now() - startedAt < durationMs) {
      await ask(1 + Math.floor(Math.random() * ROWS));
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return done / ((performance.now() - startedAt) / 1000);
}

await withEmbeddedDatabase(async ({ url }) => {
  const driver = new DriverPool({ connectionString: url });
  // A socket that Postgres closes first must not end the benchmark.
  driver.on('error', () => undefined);
  await driver.query(
    `create table bench_items as select n as id, 'item ' || n as name from generate_series(1, ${ROWS}) as n`,
  );
  await driver.query('alter table bench_items add primary key (id)');
  await driver.query('analyze bench_items');
  const database = createDatabase({
    connectionString: url,
    maxConnections: 10,
    logger: createLogger({ level: 'silent' }),
  });
  const ours = (durationMs: number) => measure((id) => database.query(findItem, [id]), durationMs);
  const theirs = (durationMs: number) =>
    measure((id) => driver.query({ name: 'find-item', text, values: [id] }), durationMs);
  await ours(1_000);
  await theirs(1_000);
  const { aMedian, bMedian, ratioMedian } = await runPaired({
    rounds: ROUNDS,
    a: () => ours(ROUND_MS),
    b: () => theirs(ROUND_MS),
    onRound: (line) => console.log(line),
  });
  console.log(
    `Aquifer ${aMedian.toFixed(0)}/s, pg.Pool ${bMedian.toFixed(0)}/s, ratio ${ratioMedian.toFixed(2)} (goal 1.5)`,
  );
  await database.close();
  await driver.end();
});
