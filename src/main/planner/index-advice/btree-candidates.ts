/**
 * B-tree candidates for one place in one statement: equality columns first, those that other statements ask for too before the
 * rest and then the more selective, followed by one range or by the order that is asked for. Width is three at most.
 */

import type { IndexKey } from '../twin/twin.ts';
import type { TableUse } from '../workload/workload.ts';
import { MAX_KEYS } from './options.ts';
import { distinctOf, type TableFacts } from './table-facts.ts';

/** How many of the equality columns are tried in all their pairs. */
const MAX_EQUALITIES = 4;

export type KeyList = readonly IndexKey[];

export interface BtreeAsk {
  use: TableUse;
  table: TableFacts;
  /** How many statements compare this column for equality. */
  popularity: (column: string) => number;
}

/** All key lists worth trying, the widest last, none twice. */
export function btreeKeyLists({ popularity, table, use }: BtreeAsk): KeyList[] {
  const isKnown = (column: string) => table.columns.has(column);
  const plain = use.equalities.filter((one) => one.expression === undefined && isKnown(one.column));
  const together = unique(plain.filter((one) => !one.isAlternative).map(({ column }) => column));
  const apart = unique([...plain, ...use.ranges].filter((one) => one.isAlternative).map(({ column }) => column));
  const joins = unique(use.joins.map(({ column }) => column)).filter(isKnown);
  const ranges = unique(
    use.ranges
      .filter((one) => one.expression === undefined && !one.isAlternative && (one.rowPlace ?? 0) === 0)
      .map(({ column }) => column),
  ).filter(isKnown);
  const groups = unique(use.group).filter(isKnown);
  const rank = (columns: readonly string[]) => [...columns].sort(byWorth(table, popularity));
  const equalities = rank(together).slice(0, MAX_EQUALITIES);
  const sort = sortKeys(use).filter((key) => key.column !== undefined && isKnown(key.column));
  const prefixes = [
    ...prefixesOf(equalities),
    ...joins.flatMap((join) => [
      [join],
      ...prefixesOf(equalities.filter((one) => one !== join)).flatMap((prefix) => [
        [join, ...prefix],
        [...prefix, join],
      ]),
    ]),
  ];
  const lists: KeyList[] = [
    ...[...together, ...apart, ...joins, ...ranges, ...groups].filter(isKnown).map((column) => [{ column }]),
    ...(sort.length > 0 && (use.wantsFirst || prefixes.length === 0) ? [sort, sort.slice(0, 1)] : []),
    ...prefixes.map(toKeys),
    ...prefixes.flatMap((prefix) => ranges.map((range) => toKeys([...prefix, range]))),
    ...prefixes.flatMap((prefix) => (sort.length > 0 ? [[...toKeys(prefix), ...withoutKeys(sort, prefix)]] : [])),
    ...rangeThenRest(ranges, equalities),
    ...(groups.length > 0 ? [toKeys(groups), ...prefixes.map((prefix) => toKeys([...prefix, ...groups]))] : []),
    ...prefixPatterns(use),
  ];
  return distinctLists(lists.map((list) => firstOfEach(list).slice(0, MAX_KEYS)));
}

/** One that many ask for serves them all as the first key; among equals the one that tells more rows apart. */
function byWorth(table: TableFacts, popularity: (column: string) => number) {
  return (a: string, b: string) =>
    popularity(b) - popularity(a) || distinctOf(table, b) - distinctOf(table, a) || a.localeCompare(b);
}

/** Each alone, each pair in the order of worth, all three; and the first two the other way about. */
function prefixesOf(columns: readonly string[]): string[][] {
  const pairs = columns.flatMap((one, place) => columns.slice(place + 1).map((other) => [one, other]));
  const [first, second, third] = columns;
  return [
    ...columns.map((column) => [column]),
    ...pairs,
    ...(first !== undefined && second !== undefined ? [[second, first]] : []),
    ...(first !== undefined && second !== undefined && third !== undefined ? [[first, second, third]] : []),
  ];
}

/** For a range over many rows whose other conditions are then told by the index alone. */
function rangeThenRest(ranges: readonly string[], equalities: readonly string[]): KeyList[] {
  return ranges.flatMap((range) => [
    ...equalities.slice(0, 2).map((equal) => toKeys([range, equal])),
    ...ranges.filter((other) => other !== range).map((other) => toKeys([range, other])),
  ]);
}

/** `like 'x%'` needs the order of characters, which a collation does not keep. */
function prefixPatterns(use: TableUse): KeyList[] {
  return use.ranges
    .filter(({ constant, expression }) => expression === undefined && constant?.includes('%'))
    .map(({ column }) => [{ column, operatorClass: 'text_pattern_ops' }]);
}

/** Read backwards, an index gives the whole reverse of its order: only what is mixed needs its directions written. */
export function sortKeys({ sort }: TableUse): IndexKey[] {
  const isPlain = (isDescending: boolean) =>
    sort.every((one) => one.isDescending === isDescending && one.nullsFirst === isDescending);
  if (isPlain(false) || isPlain(true)) return sort.map(nameOf);
  const [first] = sort;
  const isTurned = first?.isDescending === true && sort.every((one) => one.nullsFirst === one.isDescending);
  return sort.map((one) => {
    const isDescending = isTurned ? !one.isDescending : one.isDescending;
    const nullsFirst = isTurned ? !one.nullsFirst : one.nullsFirst;
    return {
      ...nameOf(one),
      ...(isDescending ? { isDescending } : {}),
      ...(nullsFirst === isDescending ? {} : { nullsFirst }),
    };
  });
}

function nameOf({ column, expression }: TableUse['sort'][number]): IndexKey {
  return expression === undefined ? { column } : { expression };
}

export function toKeys(columns: readonly string[]): IndexKey[] {
  return columns.map((column) => ({ column }));
}

function withoutKeys(keys: readonly IndexKey[], columns: readonly string[]): IndexKey[] {
  return keys.filter(({ column }) => column === undefined || !columns.includes(column));
}

function firstOfEach(keys: KeyList): KeyList {
  return keys.filter(
    (key, place) =>
      keys.findIndex((other) => other.column === key.column && other.expression === key.expression) === place,
  );
}

function distinctLists(lists: readonly KeyList[]): KeyList[] {
  const seen = new Map(lists.filter((list) => list.length > 0).map((list) => [JSON.stringify(list), list]));
  return [...seen.values()].sort((a, b) => a.length - b.length);
}

export function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
