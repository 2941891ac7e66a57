/**
 * Candidates that are no plain B-tree: on an expression, on a part of the table, with columns that are only carried along, and
 * the other kinds (GIN, GiST, trigrams, BRIN) for what a B-tree cannot answer.
 */

import type { IndexDefinition, IndexKey } from '../twin/twin.ts';
import type { ColumnUse, TableUse } from '../workload/workload.ts';
import { type BtreeAsk, btreeKeyLists, type KeyList, sortKeys, toKeys, unique } from './btree-candidates.ts';
import { quoteName } from './index-identity.ts';
import { MAX_KEYS } from './options.ts';
import { statisticsOf, sum, type TableFacts, widthOf } from './table-facts.ts';

/** A part of the table is worth an index of its own only where it is small. */
const MAX_PARTIAL_SHARE = 0.2;
const MAX_INCLUDED_BYTES = 64;
const MAX_INCLUDED_COLUMNS = 5;
const MIN_ALL_VISIBLE = 0.8;
const MIN_BRIN_CORRELATION = 0.95;
const MIN_BRIN_BLOCKS = 131_072;

type Part = Omit<IndexDefinition, 'schema' | 'table'>;

const btree = (keys: KeyList, rest: Partial<Part> = {}): Part => ({ method: 'btree', keys: [...keys], ...rest });

/** Carries along what the statement reads besides, so that the table itself need not be looked at. */
export function coveringIndexes({ table, use }: BtreeAsk, lists: readonly KeyList[]): Part[] {
  if (table.allVisibleShare <= MIN_ALL_VISIBLE || use.referenced.length === 0) return [];
  return lists.flatMap((keys) => {
    const held = new Set(keys.map(({ column }) => column));
    const include = unique(use.referenced).filter((column) => !held.has(column));
    const bytes = sum(include.map((column) => widthOf(table, column)));
    const isSmall = include.length <= MAX_INCLUDED_COLUMNS && bytes <= MAX_INCLUDED_BYTES;
    const isKnown = include.every((column) => table.columns.has(column));
    return include.length > 0 && isSmall && isKnown ? [btree(keys, { include: include.sort() })] : [];
  });
}

interface Condition {
  column: string;
  sql: string;
}

/**
 * For conditions that the text itself writes. A parameter's value is not one: a plan for every value could not use the index.
 */
export function partialIndexes(ask: BtreeAsk): Part[] {
  const { table, use } = ask;
  const conditions = [...constantConditions(use, table), ...nullConditions(use, table)];
  const groups = conditions.length > 1 ? [...conditions.map((one) => [one]), conditions] : [conditions];
  return groups
    .filter((group) => group.length > 0)
    .flatMap((group) => {
      const columns = new Set(group.map(({ column }) => column));
      const predicate = group.map(({ sql }) => sql).join(' and ');
      const rest = {
        ...use,
        equalities: use.equalities.filter(({ column }) => !columns.has(column)),
        ranges: use.ranges.filter(({ column }) => !columns.has(column)),
      };
      const lists = btreeKeyLists({ ...ask, use: rest });
      const keys = lists.length > 0 ? lists : [toKeys([...columns].slice(0, 1))];
      return keys.map((list) => btree(list, { predicate }));
    });
}

function constantConditions(use: TableUse, table: TableFacts): Condition[] {
  return use.equalities.flatMap(({ column, constant, expression, isAlternative }) => {
    if (constant === undefined || expression !== undefined || isAlternative) return [];
    const share = frequencyOf(table, column, constant);
    return share < MAX_PARTIAL_SHARE ? [{ column, sql: `${quoteName(column)} = ${constant}` }] : [];
  });
}

function nullConditions(use: TableUse, table: TableFacts): Condition[] {
  return use.nullTests.flatMap(({ column, isNull }) => {
    const nulls = statisticsOf(table, column)?.nullFraction;
    if (nulls === undefined) return [];
    const share = isNull ? nulls : 1 - nulls;
    return share < MAX_PARTIAL_SHARE
      ? [{ column, sql: `${quoteName(column)} is ${isNull ? 'null' : 'not null'}` }]
      : [];
  });
}

/** What share of the rows has this value; one where nobody knows, so that no index is proposed for it. */
function frequencyOf(table: TableFacts, column: string, constant: string): number {
  const statistics = statisticsOf(table, column);
  if (!statistics || statistics.redaction) return 1;
  const value = plainText(constant);
  const place = (statistics.commonValues ?? []).indexOf(value);
  if (place >= 0) return statistics.commonFrequencies?.[place] ?? 1;
  const left = 1 - statistics.nullFraction - sum(statistics.commonFrequencies ?? []);
  return Math.max(left, 0);
}

/** `'open'` as statistics have it. */
function plainText(constant: string): string {
  const quoted = /^'((?:[^']|'')*)'/.exec(constant)?.[1];
  if (quoted !== undefined) return quoted.replaceAll("''", "'");
  return { true: 't', false: 'f' }[constant.toLowerCase()] ?? constant;
}

export function expressionIndexes({ table, use }: BtreeAsk): Part[] {
  const expressions = unique(
    [...use.equalities, ...use.ranges].flatMap(({ expression }) => (expression === undefined ? [] : [expression])),
  );
  const columns = unique(
    use.equalities.filter((one) => one.expression === undefined && !one.isAlternative).map(({ column }) => column),
  ).filter((column) => table.columns.has(column));
  const sort = sortKeys(use);
  const sorts = sort.some(({ expression }) => expression !== undefined)
    ? [sort.slice(0, MAX_KEYS), [...toKeys(columns.slice(0, 1)), ...sort].slice(0, MAX_KEYS)]
    : [];
  const lists: IndexKey[][] = expressions.flatMap((expression) => [
    [{ expression }],
    ...columns.slice(0, 2).map((column): IndexKey[] => [{ column }, { expression }]),
    ...(sort.length > 0 ? [[{ expression }, ...sort].slice(0, MAX_KEYS)] : []),
  ]);
  return [...lists, ...sorts].map((keys) => btree(keys));
}

/** What the twin's database has for patterns: nothing without the extension. */
export interface PatternSupport {
  trigramOperatorClass: string | null;
}

export function otherKinds({ table, use }: BtreeAsk, { trigramOperatorClass }: PatternSupport): Part[] {
  const inside = use.containments.flatMap((one) => containmentIndexes(one, typeOf(table, one.column)));
  const patterns = trigramOperatorClass
    ? use.patterns.map((one): Part => ({ method: 'gin', keys: [keyOf(one, trigramOperatorClass)] }))
    : [];
  const brin =
    table.blocks >= MIN_BRIN_BLOCKS
      ? unique(use.ranges.filter((one) => one.expression === undefined).map(({ column }) => column))
          .filter((column) => Math.abs(statisticsOf(table, column)?.correlation ?? 0) > MIN_BRIN_CORRELATION)
          .map((column): Part => ({ method: 'brin', keys: [{ column }] }))
      : [];
  return [...inside, ...patterns, ...brin];
}

function containmentIndexes(one: TableUse['containments'][number], type: string): Part[] {
  const gin = (operatorClass?: string): Part => ({ method: 'gin', keys: [keyOf(one, operatorClass)] });
  if (one.expression !== undefined)
    return /to_tsvector/i.test(one.expression) ? [gin()] : [gin(), gin('jsonb_path_ops')];
  if (type === 'jsonb') return one.operator.startsWith('?') ? [gin()] : [gin('jsonb_path_ops'), gin()];
  if (type === 'tsvector' || type.endsWith('[]')) return [gin()];
  return /range$/.test(type) ? [{ method: 'gist', keys: [keyOf(one)] }] : [];
}

function keyOf({ column, expression }: ColumnUse, operatorClass?: string): IndexKey {
  return { ...(expression === undefined ? { column } : { expression }), ...(operatorClass ? { operatorClass } : {}) };
}

function typeOf(table: TableFacts, column: string): string {
  return table.columns.get(column)?.type ?? '';
}
