/**
 * Indexes to be tried. They are made while their table is empty, which costs nothing, given the size that they would have, and
 * hidden from the planner by their mark in pg_index until a configuration shows them. The same mark hides production's own.
 */

import { indexNotUnderstood } from '../errors.ts';
import type { Snapshot, SnapshotRelation } from '../snapshot/snapshot.ts';
import { readCatalog, relationKey, type TwinCatalog, type TwinRelation } from './catalog.ts';
import { estimateIndex, type IndexEstimate } from './estimate-index.ts';
import { endsOf, endTuples } from './index-ends.ts';
import { BLOCK_BYTES } from './index-pages.ts';
import { isOneOf } from './single-statement.ts';
import { indexSize, type SizeWriter } from './sizes.ts';
import { DELETE_STATISTICS, restoreStatistics, statisticsDocument } from './statistics.ts';
import { definitionKey, indexName, indexText } from './trial-definition.ts';
import type { IndexDefinition, TrialIndex } from './twin.ts';
import type { TwinDatabase } from './twin-database.ts';

export interface TrialOptions {
  database: TwinDatabase;
  catalog: TwinCatalog;
  sizes: SizeWriter;
  /** As it is at the moment. */
  snapshot: () => Snapshot;
}

export interface TrialIndexes {
  add(definitions: readonly IndexDefinition[]): Promise<TrialIndex[]>;
  /** Numbers of all that a name stands for; nothing where there is no such trial. */
  find(name: string): readonly number[] | undefined;
  /** Whether an index of the catalog is one of these, or a part of one. */
  has(name: string): boolean;
  /** Gives those on these tables the sizes of the present snapshot. */
  resize(tables: ReadonlySet<string>): Promise<void>;
}

interface Part {
  name: string;
  table: TwinRelation;
  relation: SnapshotRelation;
}

interface Trial {
  index: TrialIndex;
  parts: Part[];
  oids: number[];
}

export function createTrialIndexes(options: TrialOptions): TrialIndexes {
  const { database, catalog } = options;
  const byDefinition = new Map<string, Trial>();
  const byName = new Map<string, Trial>();
  const names = new Set([...catalog.values()].map(({ name }) => name));

  const plan = (definition: IndexDefinition): Trial => {
    const parts = leavesOf(options.snapshot(), catalog, definition).map(({ table, relation }) => {
      const name = indexName({ ...definition, table: table.name }, names);
      names.add(name);
      return { name, table, relation };
    });
    const name = parts.length === 1 && parts[0] ? parts[0].name : indexName(definition, names);
    names.add(name);
    const index = { name, definition, blocks: 0, sizeBytes: 0, height: 0, parts: parts.map((part) => part.name) };
    return { index, parts, oids: [] };
  };

  const finish = async (trials: readonly Trial[]) => {
    const tables = [...new Set(trials.flatMap(({ parts }) => parts.map(({ table }) => table.oid)))];
    const found = await readCatalog(database, tables);
    for (const trial of trials) {
      trial.oids = trial.parts.flatMap(({ name, table }) => {
        const made = found.get(relationKey({ schema: table.schema, name }));
        if (made) catalog.set(relationKey(made), made);
        return made ? [made.oid] : [];
      });
      byDefinition.set(definitionKey(trial.index.definition), trial);
      byName.set(trial.index.name, trial);
    }
    await measure(options, trials);
  };

  return {
    async add(definitions) {
      const fresh = new Map<string, Trial>();
      for (const definition of definitions) {
        const key = definitionKey(definition);
        if (!byDefinition.has(key) && !fresh.has(key)) fresh.set(key, plan(definition));
      }
      const { made, reasons } = await make(options, [...fresh.values()]);
      if (made.length > 0) await finish(made);
      const all = definitions.flatMap((definition) => byDefinition.get(definitionKey(definition))?.index ?? []);
      if (all.length === 0 && reasons[0]) throw indexNotUnderstood(`Postgres refuses this index: ${reasons[0]}.`);
      return all;
    },
    find: (name) => byName.get(name)?.oids,
    has: (name) => [...byName.values()].some(({ parts }) => parts.some((part) => part.name === name)),
    async resize(tables) {
      const touched = [...byName.values()].filter(({ parts }) =>
        parts.some(({ table }) => tables.has(relationKey(table))),
      );
      if (touched.length > 0) await measure(options, touched);
    },
  };
}

/** Tables that hold the rows: a partitioned one has its indexes on each of its parts. */
function leavesOf(
  snapshot: Snapshot,
  catalog: TwinCatalog,
  { schema, table }: IndexDefinition,
): { table: TwinRelation; relation: SnapshotRelation }[] {
  const relation = snapshot.relations.find((one) => one.schema === schema && one.name === table);
  const there = catalog.get(relationKey({ schema, name: table }));
  if (!relation || !there) throw indexNotUnderstood(`There is no table ${schema}.${table}.`);
  if (relation.kind !== 'partitioned') return [{ table: there, relation }];
  return snapshot.relations
    .filter(({ partitionOf }) => partitionOf?.schema === schema && partitionOf.name === table)
    .flatMap((part) => leavesOf(snapshot, catalog, { schema: part.schema, table: part.name } as IndexDefinition));
}

/** @returns those that were made, and why the others were not */
async function make(
  { database, sizes }: TrialOptions,
  trials: readonly Trial[],
): Promise<{ made: Trial[]; reasons: string[] }> {
  const made: Trial[] = [];
  const reasons: string[] = [];
  const tables = new Map(trials.flatMap(({ parts }) => parts.map(({ table }) => [table.oid, table] as const)));
  const run = async (some: readonly Trial[]): Promise<void> => {
    if (some.length === 0) return;
    try {
      await database.run(some.flatMap(textsOf).join(';\n'));
      made.push(...some);
    } catch (error) {
      if (some.length === 1) {
        reasons.push(error instanceof Error ? error.message : String(error));
        return;
      }
      const middle = some.length >> 1;
      await run(some.slice(0, middle));
      await run(some.slice(middle));
    }
  };
  const whole: Trial[] = [];
  for (const trial of trials) {
    const isOne = (await Promise.all(textsOf(trial).map((text) => isOneOf(text, ['IndexStmt'])))).every(Boolean);
    if (isOne) whole.push(trial);
    else reasons.push('its expression or condition cannot be read');
  }
  await sizes.whileEmpty([...tables.values()], () => run(whole));
  const oids = made.flatMap(({ parts }) => parts.map(({ name, table }) => `(${quote(table.schema)}, ${quote(name)})`));
  if (oids.length > 0) {
    await database.run(`
      update pg_catalog.pg_index i set indisvalid = false
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where i.indexrelid = c.oid and (n.nspname::text, c.relname::text) in (${oids.join(', ')})`);
  }
  return { made, reasons };
}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;

function textsOf({ index, parts }: Trial): string[] {
  return parts.map(({ name, table }) => indexText(index.definition, name, table));
}

/** Estimates their sizes and writes them. */
async function measure({ database, sizes, snapshot }: TrialOptions, trials: readonly Trial[]): Promise<void> {
  const { relations } = snapshot();
  const stated = [];
  const statistics = [];
  for (const { index, parts, oids } of trials) {
    const estimates: IndexEstimate[] = [];
    for (const [place, { relation, table, name }] of parts.entries()) {
      const oid = oids[place];
      if (oid === undefined) continue;
      const estimate = await estimateIndex(database, { oid, definition: index.definition, relation, relations });
      const { blocks, height, rows, gin } = estimate;
      const heapBlocks = relation.size.blocks;
      const [ends] = await endTuples(database, [endsOf(index.definition, relation)]);
      const sizing = { ends, blocks, height, pages: blocks, tuples: rows, heapBlocks, gin };
      stated.push(indexSize(oid, index.definition.method, '', sizing));
      for (const [attribute, guess] of estimate.expressions) {
        statistics.push({ schema: table.schema, relation: name, attribute, isInherited: false, statistics: guess });
      }
      estimates.push(estimate);
    }
    index.blocks = estimates.reduce((sum, { blocks }) => sum + blocks, 0);
    index.sizeBytes = index.blocks * BLOCK_BYTES;
    index.height = Math.max(0, ...estimates.map(({ height }) => height));
  }
  await sizes.write(stated);
  if (statistics.length > 0) {
    await database.query(DELETE_STATISTICS, [statisticsDocument(statistics)]);
    await restoreStatistics(database, statistics);
  }
}
