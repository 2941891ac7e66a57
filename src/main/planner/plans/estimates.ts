/**
 * How far the planner's rows may be from true, guessed from what its estimate rests on: conditions that it takes for independent,
 * expressions without statistics, patterns, values that it does not know, tables that were never analysed. A wrong guess
 * goes up the tree: a join is as uncertain as its sides together.
 */

import type { Snapshot, SnapshotRelation } from '../snapshot/snapshot.ts';
import type { PlanNode } from './plan.ts';
import type { RelationFinder } from './relations.ts';
import type { PlanEstimate } from './schema.ts';

export interface EstimateSurroundings {
  snapshot: Snapshot | undefined;
  finder: RelationFinder | undefined;
}

interface Doubt {
  factor: number;
  reason: string;
}

const FACTOR_MAX = 10_000;
/** From here on it is said. */
export const UNCERTAIN_FACTOR = 10;
const NEVER_ANALYZED_FACTOR = 10;
const EXPRESSION_FACTOR = 10;
const PATTERN_FACTOR = 5;
const CONTAINMENT_FACTOR = 10;
/** Postgres takes a third for `<` and a two-hundredth for between two values that it does not know. */
const UNKNOWN_RANGE_FACTOR = 10;
const STALE_FROM = 1.2;
/** A value that is so many times as common as the average one. */
const SKEW_FROM = 3;

/** @param below of the steps below it */
export function estimateOf(
  node: PlanNode,
  below: readonly PlanEstimate[],
  surroundings: EstimateSurroundings,
): PlanEstimate {
  const doubts = node['Relation Name'] === undefined ? joinDoubts(node) : scanDoubts(node, surroundings);
  const inherited = limits(node) ? 1 : below.reduce((product, one) => product * one.factor, 1);
  const own = doubts.reduce((product, one) => product * one.factor, 1);
  const factor = Math.min(FACTOR_MAX, Math.max(1, inherited * own));
  return {
    certainty: factor >= UNCERTAIN_FACTOR ? 'uncertain' : 'sure',
    factor: Math.round(factor * 10) / 10,
    realRows: null,
    reasons: doubts.map(({ reason }) => reason),
  };
}

/** @param realRows as they were counted, for each run of the step */
export function measuredEstimate(estimatedRows: number, realRows: number): PlanEstimate {
  const [low, high] = [estimatedRows, realRows].map((rows) => Math.max(1, rows)).sort((a, b) => a - b) as [
    number,
    number,
  ];
  return { certainty: 'measured', factor: Math.round((high / low) * 10) / 10, realRows, reasons: [] };
}

/** Its number of rows is sure, whatever is below it. */
function limits(node: PlanNode): boolean {
  return node['Node Type'] === 'Limit' || (node['Node Type'] === 'Aggregate' && node.Strategy === 'Plain');
}

function joinDoubts(node: PlanNode): Doubt[] {
  const condition = node['Hash Cond'] ?? node['Merge Cond'];
  const count = conjuncts(condition).length + conjuncts(node['Join Filter']).length;
  return count > 1 ? [{ factor: 2, reason: `It joins by ${count} conditions, taken for independent.` }] : [];
}

function scanDoubts(node: PlanNode, { finder, snapshot }: EstimateSurroundings): Doubt[] {
  const relation = finder?.relation(node['Relation Name'] as string, node.Schema);
  const conditions = [...conjuncts(node['Index Cond']), ...conjuncts(node.Filter)];
  const bitmap = (node.Plans ?? []).flatMap((one) => conjuncts(one['Index Cond']));
  const all = [...conditions, ...bitmap];
  if (relation && snapshot && isOneRow(node, all, relation, snapshot)) return [];
  return [
    ...(relation ? tableDoubts(relation, all) : []),
    ...all.flatMap((condition) => conditionDoubts(condition, relation) ?? []),
    ...independenceDoubt(node, all, relation),
  ];
}

/** Every key of a unique index is compared for equality. */
function isOneRow(
  node: PlanNode,
  conditions: readonly string[],
  relation: SnapshotRelation,
  snapshot: Snapshot,
): boolean {
  if (node['Plan Rows'] > 1) return false;
  const equal = conditions.flatMap((one) => (/ = (?!ANY|ALL)/.test(one) ? columnsIn(one, relation) : []));
  return snapshot.indexes.some(
    ({ isUnique, keys, predicate, table }) =>
      isUnique &&
      predicate === undefined &&
      table.schema === relation.schema &&
      table.name === relation.name &&
      keys.every(({ column }) => column !== undefined && equal.includes(column)),
  );
}

function tableDoubts(relation: SnapshotRelation, conditions: readonly string[]): Doubt[] {
  const { blocks, pages, tuples } = relation.size;
  if (tuples < 0 && blocks > 0) {
    return [{ factor: NEVER_ANALYZED_FACTOR, reason: `${relation.name} was never analysed.` }];
  }
  const asked = conditions.flatMap((one) => columnsIn(one, relation));
  const unknown = relation.columns.find(({ name, ...one }) => asked.includes(name) && !statisticsOf(one));
  const doubts: Doubt[] = [];
  if (unknown && blocks > 0) {
    doubts.push({
      factor: NEVER_ANALYZED_FACTOR,
      reason: `There are no statistics of ${relation.name}.${unknown.name}.`,
    });
  }
  const ratio = Math.max(blocks, 1) / Math.max(pages, 1);
  if (pages > 0 && (ratio > STALE_FROM || ratio < 1 / STALE_FROM)) {
    const factor = Math.max(ratio, 1 / ratio);
    doubts.push({ factor, reason: `${relation.name} is ${times(ratio)} as large as when it was counted last.` });
  }
  return doubts;
}

function statisticsOf({
  inheritedStatistics,
  statistics,
}: Pick<SnapshotRelation['columns'][number], 'statistics' | 'inheritedStatistics'>) {
  return statistics ?? inheritedStatistics;
}

function conditionDoubts(condition: string, relation: SnapshotRelation | undefined): Doubt | undefined {
  if (/ !?~~?\*? /.test(condition)) {
    return { factor: PATTERN_FACTOR, reason: 'How many rows match a pattern is a guess.' };
  }
  if (/ (?:@>|<@|\?[|&]?|@@|&&) /.test(condition)) {
    return { factor: CONTAINMENT_FACTOR, reason: 'How many rows contain a value is a guess.' };
  }
  if (/\b[a-z_][\w.]*\([^()]*[a-z_"][^()]*\)[^=<>]*(?:=|<>|<=?|>=?) /i.test(condition) && !/ANY|ALL/.test(condition)) {
    return { factor: EXPRESSION_FACTOR, reason: 'There are no statistics of an expression that it asks for.' };
  }
  if (/ (?:<=?|>=?) \$\d/.test(condition)) {
    return { factor: UNKNOWN_RANGE_FACTOR, reason: 'It is planned for a bound that is not known.' };
  }
  return skewDoubt(condition, relation);
}

/** Planned for any value, though one of them is most of the table. */
function skewDoubt(condition: string, relation: SnapshotRelation | undefined): Doubt | undefined {
  if (!relation || !/ = \$\d/.test(condition)) return undefined;
  const [name] = columnsIn(condition, relation);
  const column = relation.columns.find((one) => one.name === name);
  const statistics = column && statisticsOf(column);
  const share = statistics?.commonFrequencies?.[0];
  if (!statistics || share === undefined) return undefined;
  const distinct = statistics.distinct < 0 ? -statistics.distinct * relation.size.tuples : statistics.distinct;
  const factor = share * distinct;
  if (factor < SKEW_FROM) return undefined;
  const percent = Math.round(share * 100);
  return {
    factor,
    reason: `It is planned for any ${relation.name}.${name}, of which one value is ${percent} % of the rows.`,
  };
}

/** The rows are between the product of the shares and the least of them. */
function independenceDoubt(
  node: PlanNode,
  conditions: readonly string[],
  relation: SnapshotRelation | undefined,
): Doubt[] {
  const columns = new Set(relation ? conditions.flatMap((one) => columnsIn(one, relation)) : conditions);
  const rowsOfAll = relation ? Math.max(relation.size.tuples, 1) : undefined;
  if (columns.size < 2 || rowsOfAll === undefined) return [];
  const share = Math.min(1, Math.max(node['Plan Rows'], 1) / rowsOfAll);
  // Half way, in orders of magnitude, to what one condition alone would leave.
  const factor = Math.sqrt(share ** (1 / columns.size) / share);
  const named = [...columns].slice(0, 3).join(', ');
  return factor < 2 ? [] : [{ factor, reason: `Conditions on ${named} are taken for independent.` }];
}

/** What is asked together, bracket by bracket. */
export function conjuncts(condition: string | undefined): string[] {
  if (condition === undefined) return [];
  const text = condition.startsWith('(') && condition.endsWith(')') ? condition.slice(1, -1) : condition;
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "'") isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0 && text.startsWith(' AND ', at)) {
      parts.push(text.slice(from, at));
      from = at + ' AND '.length;
    }
  }
  return [...parts, text.slice(from)];
}

/** The columns of a relation that stand in a condition. */
export function columnsIn(condition: string, relation: SnapshotRelation): string[] {
  const text = condition.replace(/'(?:[^']|'')*'/g, "''").replace(/::[a-z_"][\w". ]*/gi, '');
  const words = new Set(
    [...text.matchAll(/"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*)(?![\w$]*[.(])/gu)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
    ),
  );
  return relation.columns.map(({ name }) => name).filter((name) => words.has(name));
}

function times(ratio: number): string {
  return ratio >= 1 ? `${Math.round(ratio * 10) / 10} times` : `${Math.round(ratio * 100)} %`;
}
