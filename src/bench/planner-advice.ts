/**
 * Claim: on TPC-H, at a budget that is to the data as 5 GB is to scale factor 10, our advice cuts the cost by at least the 28.5 %
 * that Extend reaches in the published comparison, and is ahead of what Dexter's and index_advisor's methods choose by the same
 * what-ifs. Queries 2, 17 and 20 are left out, as they are there; with all 22 the figures stand below.
 *
 * Postgres' settings are its defaults. `bare` has no index at all, as there; `keys` has those of primary keys. PLANNER_TPCH_SCALE (1).
 */

import { adviseIndexes } from '../main/planner/index-advice/advise-indexes.ts';
import type { Snapshot } from '../main/planner/snapshot/snapshot.ts';
import { createTwin } from '../main/planner/twin/create-twin.ts';
import type { TrialIndex } from '../main/planner/twin/twin.ts';
import { loadParser } from '../main/planner/workload/sql-tree.ts';
import { type Costs, createCosts } from './planner/advisors/costs.ts';
import { definitionsOf } from './planner/advisors/ours.ts';
import { dexter, extendPlain, indexAdvisor, type Method, sizeOf } from './planner/advisors/peers.ts';
import { withProduction } from './planner/production.ts';
import { loadTpch } from './planner/tpch/load.ts';
import { LEFT_OUT_BY_COMPARISONS, tpchQueries } from './planner/tpch/queries.ts';
import { describe, readQuestions } from './planner/what-if.ts';

const SCALE = Number(process.env.PLANNER_TPCH_SCALE ?? 1);
const BUDGET_BYTES = 5e9 * (SCALE / 10);
const PUBLISHED_CUT = 0.285;
const PEERS: readonly (readonly [string, Method])[] = [
  ["Dexter's method", dexter],
  ["index_advisor's method", indexAdvisor],
  ['Extend, two columns', extendPlain(2)],
  ['Extend, three columns', extendPlain(3)],
];
const results: Record<string, unknown> = { scale: SCALE, budgetBytes: BUDGET_BYTES };

await loadParser();
const snapshot = await withProduction(
  async (production) => {
    await loadTpch(production.client, { factor: SCALE });
    return production.capture();
  },
  { hasDefaults: true },
);
for (const [base, from] of [['bare', withoutIndexes(snapshot)] as const, ['keys', snapshot] as const]) {
  for (const isWhole of [false, true]) {
    const what = `${base}, ${isWhole ? 'all 22 queries' : 'as compared'}`;
    results[what] = await compare(what, from, isWhole);
  }
}
console.log(JSON.stringify(results));

function withoutIndexes(full: Snapshot): Snapshot {
  return { ...full, indexes: [], relations: full.relations.map((relation) => ({ ...relation, constraints: [] })) };
}

async function compare(what: string, from: Snapshot, isWhole: boolean): Promise<Record<string, unknown>> {
  const statements = tpchQueries.filter(({ name }) => isWhole || !LEFT_OUT_BY_COMPARISONS.has(name));
  const twin = await createTwin(from, { isUntrusted: false });
  try {
    const costs = createCosts(twin, readQuestions(from, statements));
    const before = await costs.total([]);
    console.log(`${what}: ${before.toFixed(0)} before, budget ${(BUDGET_BYTES / 1e6).toFixed(0)} MB`);
    const told: Record<string, unknown> = { before };
    for (const [name, method] of PEERS) told[name] = await measure(name, costs, () => method(costs, BUDGET_BYTES));
    told.ours = await measure('ours', costs, async () => {
      const report = await adviseIndexes(twin, statements, { budgetBytes: BUDGET_BYTES, timeBudgetMs: 120_000 });
      return costs.make(definitionsOf(report));
    });
    const { cut } = told.ours as { cut: number };
    console.log(`  ${cut >= PUBLISHED_CUT ? 'within' : 'BELOW'} the goal of ${(100 * PUBLISHED_CUT).toFixed(1)} %`);
    return told;
  } finally {
    await twin.close();
  }
}

async function measure(name: string, costs: Costs, choose: () => Promise<TrialIndex[]>) {
  const begun = performance.now();
  const asked = costs.asked;
  const chosen = await choose();
  const tookMs = performance.now() - begun;
  const cut = 1 - (await costs.total(chosen)) / (await costs.total([]));
  console.log(
    `  ${name.padEnd(24)} ${(100 * cut).toFixed(1).padStart(5)} % less, ${chosen.length} indexes, ` +
      `${(sizeOf(chosen) / 1e6).toFixed(0)} MB${name === 'ours' ? `, ${tookMs.toFixed(0)} ms` : ''}`,
  );
  const indexes = chosen.map(({ definition }) => describe(definition));
  return { cut, bytes: sizeOf(chosen), tookMs, plans: costs.asked - asked, indexes };
}
