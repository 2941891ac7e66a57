/**
 * A snapshot of the same database when its tables have grown: longer files and indexes, more rows, more values where new rows bring
 * new ones, common values that are a smaller share of more, and ends that have moved.
 */

import type {
  ColumnStatistics,
  RelationSize,
  Snapshot,
  SnapshotColumn,
  SnapshotIndex,
  SnapshotRelation,
} from '../snapshot/snapshot.ts';
import { type ColumnGrowth, columnGrowth, type GrowthSurroundings } from './column-growth.ts';
import { stretchCounts, stretchMoments } from './value-ends.ts';

export interface Scaler {
  /**
   * @param factorOf by which a table's rows grow; 1 leaves it as it is. Tables that are the same at two calls are the same
   * objects, so that a twin sees at once what differs.
   */
  scale(factorOf: (relation: SnapshotRelation) => number): Snapshot;
}

/** Holds what was scaled last, by table: a search asks for the same sizes again. */
export function createScaler(surroundings: GrowthSurroundings): Scaler {
  const { snapshot } = surroundings;
  const growths = new Map<SnapshotRelation, Map<string, ColumnGrowth>>();
  const scaled = new Map<SnapshotRelation, { factor: number; relation: SnapshotRelation; indexes: SnapshotIndex[] }>();
  const indexesOf = new Map<SnapshotRelation, SnapshotIndex[]>(
    snapshot.relations.map((one) => [one, indexesOn(one, snapshot)]),
  );
  const growthOf = (relation: SnapshotRelation) => {
    let all = growths.get(relation);
    all ??= new Map(relation.columns.map((one) => [one.name, columnGrowth(relation, one, surroundings)]));
    growths.set(relation, all);
    return all;
  };
  const one = (relation: SnapshotRelation, factor: number) => {
    const last = scaled.get(relation);
    if (last?.factor === factor) return last;
    const indexes = indexesOf.get(relation) ?? [];
    const made =
      factor === 1
        ? { factor, relation, indexes }
        : {
            factor,
            relation: scaleRelation(relation, factor, growthOf(relation)),
            indexes: indexes.map((index) => scaleIndex(index, relation, factor)),
          };
    scaled.set(relation, made);
    return made;
  };
  return {
    scale(factorOf) {
      const all = snapshot.relations.map((relation) => one(relation, factorOf(relation)));
      const byName = new Map(all.flatMap(({ indexes }) => indexes).map((index) => [keyOf(index), index]));
      return {
        ...snapshot,
        relations: all.map(({ relation }) => relation),
        // Their order is production's, by which Postgres breaks ties.
        indexes: snapshot.indexes.map((index) => byName.get(keyOf(index)) ?? index),
      };
    },
  };
}

/** All tables by one factor, or each by its own. */
export function scaleSnapshot(
  snapshot: Snapshot,
  factor: number | ((relation: SnapshotRelation) => number),
  surroundings: Partial<Omit<GrowthSurroundings, 'snapshot'>> = {},
): Snapshot {
  const factorOf = typeof factor === 'number' ? () => factor : factor;
  return createScaler({ isGrowing: () => true, ...surroundings, snapshot }).scale(factorOf);
}

const keyOf = ({ name, schema }: { schema: string; name: string }) => JSON.stringify([schema, name]);

function indexesOn({ name, schema }: SnapshotRelation, { indexes }: Snapshot): SnapshotIndex[] {
  return indexes.filter(({ table }) => table.schema === schema && table.name === name);
}

function scaleRelation(
  relation: SnapshotRelation,
  factor: number,
  growths: ReadonlyMap<string, ColumnGrowth>,
): SnapshotRelation {
  const rows = Math.max(0, relation.size.tuples) * factor;
  return {
    ...relation,
    size: scaleSize(relation.size, factor),
    toastBlocks: Math.round(relation.toastBlocks * factor),
    columns: relation.columns.map((column) => scaleColumn(column, { factor, rows, growth: growths.get(column.name) })),
  };
}

const blocksOf = (blocks: number, factor: number) => (blocks <= 0 ? blocks : Math.max(1, Math.round(blocks * factor)));

function scaleSize(size: RelationSize, factor: number): RelationSize {
  return {
    ...size,
    blocks: blocksOf(size.blocks, factor),
    pages: blocksOf(size.pages, factor),
    tuples: size.tuples < 0 ? size.tuples : Math.round(size.tuples * factor),
    allVisiblePages: Math.round(size.allVisiblePages * factor),
    ...(size.allFrozenPages === undefined ? {} : { allFrozenPages: Math.round(size.allFrozenPages * factor) }),
  };
}

interface Scaling {
  factor: number;
  /** Of the grown table. */
  rows: number;
  growth: ColumnGrowth | undefined;
}

function scaleColumn(column: SnapshotColumn, scaling: Scaling): SnapshotColumn {
  const { inheritedStatistics, statistics } = column;
  return {
    ...column,
    ...(statistics && { statistics: scaleStatistics(statistics, column.type, scaling) }),
    ...(inheritedStatistics && { inheritedStatistics: scaleStatistics(inheritedStatistics, column.type, scaling) }),
  };
}

function scaleStatistics(
  statistics: ColumnStatistics,
  type: string,
  { factor, growth, rows }: Scaling,
): ColumnStatistics {
  if (!growth || (growth.exponent === 0 && growth.ends === 'stay')) return statistics;
  const more = factor ** growth.exponent;
  const { commonFrequencies, distinct, ends, histogram } = statistics;
  const scaled: ColumnStatistics = { ...statistics };
  if (distinct > 0) scaled.distinct = Math.max(1, Math.min(Math.round(distinct * more), rows || distinct));
  // A value is a smaller share of more values; it can be no more than it is where there are fewer.
  if (commonFrequencies && more > 1) scaled.commonFrequencies = commonFrequencies.map((one) => one / more);
  if (histogram && !statistics.redaction && growth.ends !== 'stay') {
    // From the true ends, which become the histogram's own.
    const bounds = ends ? [ends[0] ?? '', ...histogram.slice(1, -1), ends[1] ?? ''] : histogram;
    scaled.histogram = moveEnds(bounds, { factor, type, growth });
    delete scaled.ends;
  }
  return scaled;
}

function moveEnds(
  histogram: readonly string[],
  { factor, growth, type }: { factor: number; growth: ColumnGrowth; type: string },
): string[] {
  if (growth.ends === 'moments') return stretchMoments(histogram, factor);
  if (growth.ends === 'counts') return stretchCounts(histogram, factor, type);
  return [...histogram];
}

function scaleIndex(index: SnapshotIndex, relation: SnapshotRelation, factor: number): SnapshotIndex {
  const { height, size } = index;
  const { blocks, pages, tuples } = size;
  const grown = {
    blocks: blocksOf(blocks, factor),
    pages: blocksOf(pages, factor),
    tuples: tuples < 0 ? tuples : Math.round(tuples * factor),
  };
  if (height === undefined) return { ...index, size: grown };
  const fanout = fanoutOf(index, relation);
  const higher = levelsOf(grown.blocks, fanout) - levelsOf(blocks, fanout);
  return { ...index, size: grown, height: Math.max(0, height + higher) };
}

const PAGE_USABLE_BYTES = 8_152;
/** Pages in the middle of a tree are so full. */
const INNER_FILL = 0.7;
const EXPRESSION_BYTES = 16;

/** How many pages one page above them points to. */
function fanoutOf({ keys }: SnapshotIndex, { columns }: SnapshotRelation): number {
  const widths = keys.map(({ column }) => {
    const found = columns.find(({ name }) => name === column);
    return (found?.statistics ?? found?.inheritedStatistics)?.averageWidthBytes ?? EXPRESSION_BYTES;
  });
  const entry = Math.ceil((8 + widths.reduce((sum, one) => sum + one, 0)) / 8) * 8 + 4;
  return Math.max(2, (PAGE_USABLE_BYTES * INNER_FILL) / entry);
}

function levelsOf(leaves: number, fanout: number): number {
  let levels = 0;
  for (let pages = leaves; pages > 1.5; pages /= fanout) levels += 1;
  return levels;
}
