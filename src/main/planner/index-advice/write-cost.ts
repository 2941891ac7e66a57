/**
 * What an index costs those who write: an entry for each row that is inserted, or updated out of its place, and updates that
 * were HOT (they touched no index) and no longer are, which then write an entry to every index of the table. In the planner's
 * units, so that it can be set against what reading saves.
 *
 * An entry takes a descent, and a page that becomes dirty. How many pages do is Cardenas' formula over a checkpoint's span: many
 * entries at one end of an index share pages, those that are scattered over a large one do not.
 */

import type { SnapshotIndex } from '../snapshot/snapshot.ts';
import type { IndexDefinition } from '../twin/twin.ts';
import type { Candidate } from './candidate.ts';
import { statisticsOf, sum, type TableFacts } from './table-facts.ts';
import type { TrafficBook, WriteTraffic } from './write-traffic.ts';

const CPU_OPERATOR_COST = 0.0025;
/** Of one descent, as the planner charges it. */
const OPERATORS_PER_LEVEL = 50;
/** The page itself, and its image in the write-ahead log after a checkpoint. */
const DIRTY_PAGE_COST = 2;
const CHECKPOINTS_PER_DAY = 288;
const BLOCK_BYTES = 8192;
/** Of a B-tree's inner pages. */
const TYPICAL_FAN_OUT = 250;
/** A column that grows as rows come is written at one end. */
const APPENDING_CORRELATION = 0.9;
/** A GIN index has an entry for each element; this many where statistics do not say. */
const UNKNOWN_ELEMENTS = 8;

/** An index as those who write meet it. */
export interface WrittenIndex {
  definition: IndexDefinition;
  blocks: number;
  height: number;
  /** Of the table's rows: those that it has an entry for. */
  rowShare: number;
}

export interface WriteCost {
  costPerDay: number;
  entriesPerDay: number;
  bytesPerDay: number;
  hotUpdatesLostPerDay: number;
}

const NO_COST: WriteCost = { costPerDay: 0, entriesPerDay: 0, bytesPerDay: 0, hotUpdatesLostPerDay: 0 };

/** What all these candidates of one table add to its writing. HOT updates are lost once, by whichever index touches them first. */
export function writeCostOf(table: TableFacts, candidates: readonly Candidate[], trafficOf: TrafficBook): WriteCost {
  if (candidates.length === 0) return NO_COST;
  const traffic = trafficOf(table);
  const existing = table.indexes.map((index) => existingIndex(index, table));
  const touched = new Set(
    candidates
      .filter(({ definition }) => definition.method !== 'brin')
      .flatMap(({ definition }) => [...touchedColumns(definition, table)]),
  );
  const lost = traffic.hotUpdatesPerDay * traffic.touchShare(touched);
  const newRows = traffic.insertsPerDay + traffic.updatesPerDay - traffic.hotUpdatesPerDay;
  const added = candidates.map((one) => entryCosts(table, written(one, table), newRows + lost));
  const burden = existing.map((one) => entryCosts(table, one, lost));
  const total = (figure: (cost: WriteCost) => number) => sum([...added, ...burden].map(figure));
  return {
    costPerDay: total(({ costPerDay }) => costPerDay),
    entriesPerDay: total(({ entriesPerDay }) => entriesPerDay),
    bytesPerDay: total(({ bytesPerDay }) => bytesPerDay),
    hotUpdatesLostPerDay: lost,
  };
}

/** What goes away with an existing index. HOT updates that would come back are not counted: nobody knows of the other conditions. */
export function writeCostOfExisting(table: TableFacts, index: WrittenIndex, traffic: WriteTraffic): WriteCost {
  const newRows = traffic.insertsPerDay + traffic.updatesPerDay - traffic.hotUpdatesPerDay;
  return entryCosts(table, index, newRows);
}

function entryCosts(table: TableFacts, index: WrittenIndex, rowsPerDay: number): WriteCost {
  const entries = rowsPerDay * index.rowShare * entriesPerRow(table, index.definition);
  if (entries <= 0) return NO_COST;
  const rows = Math.max(table.rows * index.rowShare, 1);
  const entryBytes = Math.max((index.blocks * BLOCK_BYTES) / rows, 1);
  const pages =
    CHECKPOINTS_PER_DAY * dirtiedPages(table, index, { entries: entries / CHECKPOINTS_PER_DAY, entryBytes });
  const descent = (index.height + 1) * OPERATORS_PER_LEVEL * CPU_OPERATOR_COST;
  return {
    costPerDay: entries * descent + pages * DIRTY_PAGE_COST,
    entriesPerDay: entries,
    bytesPerDay: entries * entryBytes,
    hotUpdatesLostPerDay: 0,
  };
}

/** In one span between checkpoints. */
function dirtiedPages(
  table: TableFacts,
  { blocks, definition }: WrittenIndex,
  { entries, entryBytes }: { entries: number; entryBytes: number },
): number {
  const [first] = definition.keys;
  const correlation = first?.column === undefined ? 0 : (statisticsOf(table, first.column)?.correlation ?? 0);
  const appended = (entries * entryBytes) / BLOCK_BYTES;
  if (definition.method === 'brin') return appended / 128;
  if (correlation > APPENDING_CORRELATION) return appended;
  const pages = Math.max(blocks, 1);
  return Math.max(pages * (1 - Math.exp(-entries / pages)), appended);
}

function entriesPerRow(table: TableFacts, { keys, method }: IndexDefinition): number {
  if (method === 'brin') return 1 / 128;
  if (method !== 'gin') return 1;
  const column = keys[0]?.column;
  return (column === undefined ? undefined : statisticsOf(table, column)?.elementCounts?.at(-1)) ?? UNKNOWN_ELEMENTS;
}

function written({ blocks, definition, height }: Candidate, table: TableFacts): WrittenIndex {
  return { definition, blocks, height, rowShare: rowShareOf(definition, table) };
}

/** By its condition, as far as statistics tell: `status = 'open'` is as frequent as that value. */
function rowShareOf({ predicate }: IndexDefinition, table: TableFacts): number {
  if (predicate === undefined) return 1;
  const nulls = /^"?([^"]+?)"? is (not )?null$/.exec(predicate);
  const nullFraction = nulls?.[1] === undefined ? undefined : statisticsOf(table, nulls[1])?.nullFraction;
  if (nullFraction !== undefined) return nulls?.[2] ? 1 - nullFraction : nullFraction;
  const equal = /^"?([^"]+?)"? = '?(.*?)'?$/.exec(predicate);
  const statistics = equal?.[1] === undefined ? undefined : statisticsOf(table, equal[1]);
  const place = statistics?.commonValues?.indexOf(equal?.[2] ?? '') ?? -1;
  return statistics?.commonFrequencies?.[place] ?? 0.1;
}

/** An index that is there, over all partitions. */
export function existingIndex(index: SnapshotIndex, table: TableFacts): WrittenIndex {
  const { height, include, keys, method, predicate, size } = index;
  return {
    definition: {
      schema: table.relation.schema,
      table: table.relation.name,
      method: readMethod(method),
      keys: keys.map((key) => ({ ...key })),
      include: [...include],
      ...(predicate === undefined ? {} : { predicate }),
    },
    blocks: size.blocks * Math.max(table.leaves.length, 1),
    height: height ?? Math.ceil(Math.log(Math.max(size.blocks, 2)) / Math.log(TYPICAL_FAN_OUT)),
    rowShare: table.rows > 0 && predicate !== undefined ? Math.min(size.tuples / table.rows, 1) : 1,
  };
}

export function readMethod(method: string): IndexDefinition['method'] {
  return (['btree', 'gin', 'gist', 'brin', 'hash'] as const).find((one) => one === method) ?? 'gist';
}

/** Columns that a write to the table would make the index change for: those of its expressions and its condition too. */
export function touchedColumns({ include, keys, predicate }: IndexDefinition, table: TableFacts): Set<string> {
  const texts = [...keys.map(({ expression }) => expression ?? ''), predicate ?? ''].join(' ');
  const words = new Set(
    texts.match(/"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu)?.map((word) => word.replaceAll('"', '')),
  );
  const named = [...table.columns.keys()].filter((column) => words.has(column.replaceAll('"', '')));
  return new Set([...keys.flatMap(({ column }) => column ?? []), ...(include ?? []), ...named]);
}
