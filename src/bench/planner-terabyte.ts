/**
 * Claim: the twin of a database of 1 TB takes less than 100 MB of disk and stands within 5 s. TPC-H at a small scale is really
 * built and captured; its sizes are then said to be those of a terabyte.
 */

import { createTwin } from '../main/planner/twin/create-twin.ts';
import { withProduction } from './planner/production.ts';
import { enlarge, totalBytes } from './planner/scaled.ts';
import { loadTpch } from './planner/tpch/load.ts';
import { tpchQueries } from './planner/tpch/queries.ts';

const TERABYTE = 2 ** 40;
const GOAL = { bytes: 100_000_000, standUpMs: 5_000 };
const ROUNDS = 3;

await withProduction(async (production) => {
  await loadTpch(production.client, { factor: Number(process.env.PLANNER_TPCH_SCALE ?? 0.05) });
  const small = await production.capture();
  const snapshot = enlarge(small, TERABYTE / totalBytes(small));
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    const twin = await createTwin(snapshot, { isUntrusted: false });
    const standUpMs = performance.now() - begun;
    let planned = 0;
    for (const { text } of tpchQueries) planned += (await twin.explain(text)).cost > 0 ? 1 : 0;
    rounds.push({ standUpMs, bytes: await twin.diskBytes(), planned });
    await twin.close();
  }
  const [first, ...later] = rounds;
  const slowest = Math.max(...later.map(({ standUpMs }) => standUpMs));
  const bytes = Math.max(...rounds.map((round) => round.bytes));
  const planned = Math.min(...rounds.map((round) => round.planned));
  console.log(
    `${(totalBytes(snapshot) / TERABYTE).toFixed(2)} TB: up in ${slowest.toFixed(0)} ms (the first time ${first?.standUpMs.toFixed(0)} ms), ` +
      `${(bytes / 1e6).toFixed(1)} MB of disk; ${planned} of ${tpchQueries.length} queries planned`,
  );
  const isWithin = bytes < GOAL.bytes && slowest < GOAL.standUpMs;
  console.log(`${isWithin ? 'within' : 'BEYOND'} the goal of ${GOAL.bytes / 1e6} MB and ${GOAL.standUpMs} ms`);
  console.log(JSON.stringify({ rounds, totalBytes: totalBytes(snapshot) }));
});
