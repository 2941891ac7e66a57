/** Joins that have no condition, and loops that are right only while an estimate is. */

import { MANY_ROWS, type PlanRule, type RawFinding } from '../finding.ts';
import { type PlannedBinding, rowsOut, type Step, type Subject } from '../subject.ts';
import { costWords, countWords, rowWords } from '../words.ts';

const CARTESIAN_ROWS = 1_000;

export const cartesianJoins: PlanRule = (planned, subject) =>
  planned.steps.flatMap((step) => {
    const [outer, inner] = step.children;
    if (step.node['Node Type'] !== 'Nested Loop' || !outer || !inner) return [];
    const pairs = outer.node['Plan Rows'] * inner.node['Plan Rows'];
    const isOne = outer.node['Plan Rows'] <= 1 || inner.node['Plan Rows'] <= 1;
    if (isOne || pairs < CARTESIAN_ROWS || isTied(step, outer, inner) || isTiedByValue(outer, inner, subject))
      return [];
    const isLarge = pairs >= MANY_ROWS * 10;
    return [cartesianFinding(step, pairs, isLarge, planned)];
  });

function cartesianFinding(step: Step, pairs: number, isLarge: boolean, planned: PlannedBinding): RawFinding {
  const tables = step.children.map((child) => tablesBelow(child).join(' and '));
  const names = tables[0] === tables[1] ? step.children.map((child) => aliasesBelow(child).join(' and ')) : tables;
  return {
    kind: 'cartesian_join',
    severity: isLarge ? 'severe' : 'concern',
    sentence: `Nothing ties ${names.join(' to ')}: each row of the one is paired with each of the other, ${countWords(pairs)} pairs.`,
    relation: undefined,
    ...{ planned, step },
    advice: { sentence: 'Say in the ON clause which rows belong together, or ask in two statements.' },
  };
}

/** Whether the join, or what is looked up inside, names the other side. */
function isTied(step: Step, outer: Step, inner: Step): boolean {
  if (step.node['Join Filter'] !== undefined) return true;
  // What a function is called with is not told.
  if (below(inner).some(({ node }) => node['Node Type'] === 'Function Scan')) return true;
  const aliases = aliasesBelow(outer);
  const texts = below(inner).flatMap(({ node }) => [
    ...[node['Index Cond'], node['Recheck Cond'], node.Filter, node['Join Filter'], node['Cache Key']],
    ...[node['Hash Cond'], node['Merge Cond'], node['TID Cond'], node['One-Time Filter']],
  ]);
  return aliases.length === 0 || texts.some((text) => text && aliases.some((alias) => text.includes(`${alias}.`)));
}

/** `a.team = $1 and b.team = $1`: the planner has put the value in the place of the join. */
function isTiedByValue(outer: Step, inner: Step, { prepared }: Subject): boolean {
  const parametersOf = (step: Step) => {
    const aliases = new Set(aliasesBelow(step).map((alias) => alias.replace(/^"|"$/g, '')));
    const uses = prepared.shape.uses.filter(({ alias }) => aliases.has(alias));
    return {
      values: uses.flatMap(({ equalities }) => equalities.map((one) => one.parameter ?? one.constant)),
      joins: uses.flatMap(({ joins }) => joins.map(({ otherAlias }) => otherAlias)),
      aliases,
    };
  };
  const [one, other] = [parametersOf(outer), parametersOf(inner)];
  if (one.joins.some((alias) => other.aliases.has(alias))) return true;
  return one.values.some((value) => value !== undefined && other.values.includes(value));
}

function aliasesBelow(step: Step): string[] {
  return below(step).flatMap(({ node }) => {
    const alias = node.Alias ?? node['CTE Name'];
    if (alias === undefined) return [];
    return [/^[a-z_][a-z0-9_$]*$/.test(alias) ? alias : `"${alias.replaceAll('"', '""')}"`];
  });
}

function tablesBelow(step: Step): string[] {
  const names = below(step).flatMap(
    ({ node }) => node['Relation Name'] ?? node['CTE Name'] ?? node['Function Name'] ?? [],
  );
  return [...new Set(names)].slice(0, 3);
}

export function below(step: Step): Step[] {
  return [step, ...step.children.flatMap(below)];
}

/** What is known of how far the rows of a step may be from true; told by the room of plans. */
export type Doubt = (stepId: number) => { factor: number; reasons: readonly string[] } | undefined;

/** The statement's cost where loops are not allowed. */
export type CostWithoutLoops = () => Promise<number | undefined>;

const DOUBTFUL_FACTOR = 10;
/** So much dearer than the other way must the loop become, were the rows as many as they may be. */
const DEARER = 5;
const DEAR_COST = 10_000;
/** Less of a run than that is asked for. */
const STOPPED = 0.9;

export async function uncertainLoops(
  planned: PlannedBinding,
  doubtOf: Doubt,
  costWithoutLoops: CostWithoutLoops,
): Promise<RawFinding[]> {
  const found: RawFinding[] = [];
  for (const step of planned.steps) {
    const [outer, inner] = step.children;
    if (step.node['Node Type'] !== 'Nested Loop' || !outer || !inner || step.loops > 1) continue;
    // A limit ends the loop, however many rows there are.
    if (step.part < STOPPED) continue;
    const doubt = doubtOf(outer.id);
    if (!doubt || doubt.factor < DOUBTFUL_FACTOR) continue;
    const rows = Math.max(1, rowsOut(outer));
    const perRow = Math.max(0, step.node['Total Cost'] - outer.node['Total Cost']) / rows;
    const feared = planned.plan.cost + perRow * rows * (doubt.factor - 1);
    if (feared < DEAR_COST) continue;
    const other = await costWithoutLoops();
    if (other === undefined || feared < other * DEARER) continue;
    found.push({
      kind: 'uncertain_nested_loop',
      severity: 'concern',
      sentence: `It loops over ${tablesBelow(inner).join(' and ') || 'rows'} for each of ${rowWords(rows)} that are expected of ${tablesBelow(outer).join(' and ') || 'the other side'}, which is a guess (${doubt.reasons[0] ?? 'nothing is known of them'}): were there ${countWords(rows * doubt.factor)}, it would cost ${costWords(feared)} in place of ${costWords(other)} without the loop.`,
      relation: outer.relation,
      ...{ planned, step },
      advice: {
        sentence: 'Run ANALYZE on what it reads, and where columns go together, tell Postgres by CREATE STATISTICS.',
      },
    });
  }
  return found;
}
