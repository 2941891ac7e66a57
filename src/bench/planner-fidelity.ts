/**
 * Claim: the twin plans as production does: of TPC-H's 22 queries and the shapes over films, at least 99 % of the plans are the
 * same, with costs within 1 %. Both twins are measured, PGlite and a native Postgres of production's own version.
 *
 * PLANNER_TPCH_SCALE (0.1) and PLANNER_FILMS (20, in thousands) say how much data is really built.
 */

import { createTwin } from '../main/planner/twin/create-twin.ts';
import type { WorkloadStatement } from '../main/planner/workload/workload.ts';
import { agreementOf, type Pair, tellAgreement } from './planner/agreement.ts';
import { filmQueries } from './planner/films/queries.ts';
import { loadFilms } from './planner/films/schema.ts';
import { type Production, withProduction } from './planner/production.ts';
import { loadTpch } from './planner/tpch/load.ts';
import { tpchQueries } from './planner/tpch/queries.ts';

const SCALE = Number(process.env.PLANNER_TPCH_SCALE ?? 0.1);
const FILMS = Number(process.env.PLANNER_FILMS ?? 20);
const results: Record<string, unknown> = { scale: SCALE, thousandFilms: FILMS };

await withProduction(async (production) => {
  await loadTpch(production.client, { factor: SCALE });
  await compare('TPC-H', production, tpchQueries);
});
await withProduction(async (production) => {
  await loadFilms(production.client, { thousands: FILMS, withIndexes: true });
  await compare('films', production, filmQueries);
});
console.log(JSON.stringify(results));

async function compare(what: string, production: Production, queries: readonly WorkloadStatement[]): Promise<void> {
  const snapshot = await production.capture();
  for (const engine of ['pglite', 'native'] as const) {
    const begun = performance.now();
    const twin = await createTwin(snapshot, { engine, exact: engine === 'native', isUntrusted: false });
    const standUpMs = performance.now() - begun;
    try {
      const pairs: Pair[] = [];
      for (const { name, text } of queries) {
        pairs.push({ name, real: await production.explain(text), predicted: await twin.explain(text) });
      }
      const agreement = agreementOf(pairs);
      tellAgreement(`${what}, ${engine} ${twin.engine.version}, up in ${standUpMs.toFixed(0)} ms`, agreement);
      for (const gap of twin.gaps) console.log(`  ${gap.sentence}`);
      results[`${what} ${engine}`] = { ...agreement, standUpMs };
    } finally {
      await twin.close();
    }
  }
}
