/**
 * Claim: an index that is only tried in the twin is used as it would be if it were built: at least 99 % of the plans are of the same
 * shape and within 1 % of the cost; and its size is estimated within 2 % in the median.
 *
 * PLANNER_TPCH_SCALE (0.1), PLANNER_FILMS (10, in thousands), PLANNER_INDEXES (60) of each database.
 */

import type { Snapshot } from '../main/planner/snapshot/snapshot.ts';
import { createTwin } from '../main/planner/twin/create-twin.ts';
import { loadParser } from '../main/planner/workload/sql-tree.ts';
import type { WorkloadStatement } from '../main/planner/workload/workload.ts';
import { agreementOf, tellAgreement } from './planner/agreement.ts';
import { filmQueries } from './planner/films/queries.ts';
import { loadFilms } from './planner/films/schema.ts';
import { type Production, withProduction } from './planner/production.ts';
import { loadTpch } from './planner/tpch/load.ts';
import { tpchQueries } from './planner/tpch/queries.ts';
import { withTrueEnds } from './planner/true-ends.ts';
import { candidatesOf, compareWithBuilt, readQuestions, type SizePair } from './planner/what-if.ts';

const SCALE = Number(process.env.PLANNER_TPCH_SCALE ?? 0.1);
const FILMS = Number(process.env.PLANNER_FILMS ?? 10);
const INDEXES = Number(process.env.PLANNER_INDEXES ?? 60);
const GEQO_RELATIONS = 12;
const results: Record<string, unknown> = { scale: SCALE, thousandFilms: FILMS };

await loadParser();
await withProduction(async (production) => {
  await loadTpch(production.client, { factor: SCALE });
  await compareTwice('TPC-H', production, tpchQueries);
});
await withProduction(async (production) => {
  await loadFilms(production.client, { thousands: FILMS, withIndexes: false });
  await compareTwice('films', production, filmQueries);
});
console.log(JSON.stringify(results));

/** As a snapshot has it; and told where those columns end that have no index yet, which the built index would tell. */
async function compareTwice(
  what: string,
  production: Production,
  statements: readonly WorkloadStatement[],
): Promise<void> {
  const snapshot = await production.capture();
  await compare(what, production, { snapshot, statements });
  const told = await withTrueEnds(production, snapshot, candidatesOf(readQuestions(snapshot, statements), true));
  await compare(`${what}, ends told`, production, { snapshot: told, statements });
}

async function compare(
  what: string,
  production: Production,
  { snapshot, statements }: { snapshot: Snapshot; statements: readonly WorkloadStatement[] },
): Promise<void> {
  const twin = await createTwin(snapshot, { isUntrusted: false });
  try {
    const questions = readQuestions(snapshot, statements);
    const all = candidatesOf(questions, true);
    // Spread over all of them, where not all are built.
    const step = Math.max(1, all.length / INDEXES);
    const asked = all.filter((_, place) => Math.floor(place / step) !== Math.floor((place - 1) / step));
    const trials = await twin.addIndexes(asked);
    const { plans, sizes } = await compareWithBuilt(production, twin, { trials, questions });
    const agreement = agreementOf(plans);
    tellAgreement(`${what}, ${trials.length} indexes`, agreement);
    // From twelve relations on Postgres draws lots (GEQO): a cost that differs by a thousandth may end in another plan.
    const drawn = new Set(
      questions.filter(({ shape }) => shape.uses.length >= GEQO_RELATIONS).map(({ statement }) => statement.name),
    );
    const searched = agreementOf(plans.filter(({ name }) => !drawn.has(name.split(' with ')[0] ?? '')));
    if (drawn.size > 0) tellAgreement(`  of which planned without lots`, searched);
    const [ours, hypopg] = [medianError(sizes, 'predictedBytes'), medianError(sizes, 'hypopgBytes')];
    console.log(
      `  size: median error ${(100 * ours.median).toFixed(2)} %, worst ${(100 * ours.worst).toFixed(1)} % (${ours.worstName}); ` +
        `HypoPG's formula ${(100 * hypopg.median).toFixed(0)} %, worst ${(100 * hypopg.worst).toFixed(0)} %`,
    );
    results[what] = { ...agreement, searched, indexes: trials.length, size: ours, hypopgSize: hypopg };
  } finally {
    await twin.close();
  }
}

function medianError(sizes: readonly SizePair[], by: 'predictedBytes' | 'hypopgBytes') {
  const errors = sizes
    // Of the smallest, one page more or less is a tenth.
    .filter(({ realBytes }) => realBytes >= 100 * 8_192)
    .map((size) => ({ name: size.name, error: Math.abs(size[by] - size.realBytes) / size.realBytes }))
    .sort((a, b) => a.error - b.error);
  const worst = errors.at(-1);
  return {
    median: errors[Math.floor(errors.length / 2)]?.error ?? 0,
    worst: worst?.error ?? 0,
    worstName: worst?.name ?? '',
  };
}
