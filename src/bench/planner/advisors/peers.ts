/**
 * How others choose indexes, written by us after what their documents and sources say, each with the same costs of the same twin:
 * Dexter (single columns and pairs, query by query, kept where a query's cost halves), Supabase's index_advisor (all single
 * columns, what the plan uses is kept), and Extend (Schlosser, Kossmann, Boissier, ICDE 2019) without anything of ours.
 * None of the first two knows a budget: what they choose is taken in the order of its gain until the budget is full.
 */

import type { IndexDefinition, TrialIndex } from '../../../main/planner/twin/twin.ts';
import type { Question } from '../what-if.ts';
import type { Costs } from './costs.ts';

export type Method = (costs: Costs, budgetBytes: number) => Promise<TrialIndex[]>;

const DEXTER_MUST_SAVE = 0.5;
/** As the published implementation has it: a step that gains less ends the search. */
const EXTEND_MUST_SAVE = 0.003;

export function columnsAsked({ shape }: Question): IndexDefinition[] {
  const found = new Map<string, IndexDefinition>();
  for (const use of shape.uses) {
    const sorted = use.sort.filter(({ expression }) => expression === undefined);
    const compared = [...use.equalities, ...use.ranges, ...use.patterns].filter((one) => one.expression === undefined);
    for (const { column } of [...compared, ...use.joins, ...sorted, ...use.group.map((column) => ({ column }))]) {
      found.set(`${use.table}.${column}`, definitionOf(use.schema, use.table, [column]));
    }
  }
  return [...found.values()];
}

function definitionOf(schema: string | null, table: string, columns: readonly string[]): IndexDefinition {
  return { schema: schema ?? 'public', table, method: 'btree', keys: columns.map((column) => ({ column })) };
}

function extend(one: IndexDefinition, column: string): IndexDefinition | undefined {
  if (one.keys.some((key) => key.column === column)) return undefined;
  return { ...one, keys: [...one.keys, { column }] };
}

interface Gain {
  index: TrialIndex;
  gain: number;
}

export const dexter: Method = async (costs, budgetBytes) => {
  const gains: Gain[] = [];
  for (const question of costs.questions) {
    const singles = await costs.make(columnsAsked(question));
    const pairs = await costs.make(pairsOf(singles.map(({ definition }) => definition)));
    const before = await costs.cost(question, []);
    const withSingles = await costs.cost(question, singles);
    const withPairs = await costs.cost(question, [...singles, ...pairs]);
    // A pair has to be much better than what single columns reach.
    const offered = withPairs < withSingles * DEXTER_MUST_SAVE ? [...singles, ...pairs] : singles;
    const used = await costs.used(question, offered);
    const after = await costs.cost(question, used);
    if (after < before * (1 - DEXTER_MUST_SAVE)) gains.push(...used.map((index) => ({ index, gain: before - after })));
  }
  return withinBudget(gains, budgetBytes);
};

export const indexAdvisor: Method = async (costs, budgetBytes) => {
  const gains: Gain[] = [];
  for (const question of costs.questions) {
    const singles = await costs.make(columnsAsked(question));
    const used = await costs.used(question, singles);
    const gain = (await costs.cost(question, [])) - (await costs.cost(question, used));
    if (gain > 0) gains.push(...used.map((index) => ({ index, gain })));
  }
  return withinBudget(gains, budgetBytes);
};

function pairsOf(singles: readonly IndexDefinition[]): IndexDefinition[] {
  return singles.flatMap((first) =>
    singles.flatMap((second) => {
      const column = second.keys[0]?.column ?? '';
      return first.table === second.table ? (extend(first, column) ?? []) : [];
    }),
  );
}

/** Several queries may ask for the same one: their gains add up. */
function withinBudget(gains: readonly Gain[], budgetBytes: number): TrialIndex[] {
  const byName = new Map<string, Gain>();
  for (const one of gains) {
    byName.set(one.index.name, { ...one, gain: one.gain + (byName.get(one.index.name)?.gain ?? 0) });
  }
  let left = budgetBytes;
  return [...byName.values()]
    .sort((a, b) => b.gain - a.gain)
    .flatMap(({ index }) => {
      if (index.sizeBytes > left) return [];
      left -= index.sizeBytes;
      return [index];
    });
}

/** One column more at a time, for whatever gains most for its size. @param width as the published comparisons have it, two */
export function extendPlain(width: number): Method {
  return async (costs, budgetBytes) => {
    const singles = await costs.make(uniqueOf(costs.questions.flatMap(columnsAsked)));
    let chosen: TrialIndex[] = [];
    let present = await costs.total([]);
    for (;;) {
      const steps = [
        ...singles.filter(({ name }) => chosen.every((one) => one.name !== name)).map((index) => [...chosen, index]),
        ...(await widened(costs, chosen, { singles, width })),
      ];
      let best: { chosen: TrialIndex[]; cost: number; ratio: number } | undefined;
      for (const step of steps) {
        if (sizeOf(step) > budgetBytes) continue;
        const cost = await costs.total(step);
        if (cost * (1 + EXTEND_MUST_SAVE) >= present) continue;
        const ratio = (present - cost) / Math.max(1, sizeOf(step) - sizeOf(chosen));
        if (!best || ratio > best.ratio) best = { chosen: step, cost, ratio };
      }
      if (!best) return chosen;
      chosen = best.chosen;
      present = best.cost;
    }
  };
}

async function widened(
  costs: Costs,
  chosen: readonly TrialIndex[],
  given: { singles: readonly TrialIndex[]; width: number },
): Promise<TrialIndex[][]> {
  const found: TrialIndex[][] = [];
  for (const index of chosen) {
    if (index.definition.keys.length >= given.width) continue;
    const columns = given.singles
      .filter(({ definition }) => definition.table === index.definition.table)
      .flatMap(({ definition }) => definition.keys[0]?.column ?? []);
    const wider = await costs.make(columns.flatMap((column) => extend(index.definition, column) ?? []));
    for (const one of wider) found.push([...chosen.filter(({ name }) => name !== index.name), one]);
  }
  return found;
}

function uniqueOf(definitions: readonly IndexDefinition[]): IndexDefinition[] {
  return [...new Map(definitions.map((one) => [JSON.stringify(one), one])).values()];
}

export function sizeOf(indexes: readonly TrialIndex[]): number {
  return indexes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
