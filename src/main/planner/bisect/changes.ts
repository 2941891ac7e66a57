/**
 * What differs between two snapshots of the tables that a statement reads, taken apart into the smallest pieces that can be true one
 * without the other: a file's length, what ANALYZE counted, each figure of each column, each index, each setting.
 */

import type {
  ColumnStatistics,
  Snapshot,
  SnapshotColumn,
  SnapshotIndex,
  SnapshotRelation,
} from '../snapshot/snapshot.ts';
import { isPlannerSetting } from '../twin/settings.ts';
import type { PlanCulprit } from './schema.ts';

/** Of the older snapshot, written over with the newer one's as far as changes were applied. */
export interface Draft {
  relations: Map<string, SnapshotRelation>;
  indexes: Map<string, SnapshotIndex>;
  settings: Record<string, string>;
  /** Indexes that are not there at that moment, or not valid. */
  absent: Set<string>;
}

export interface Change {
  kind: PlanCulprit['kind'];
  schema: string | null;
  relation: string | null;
  column: string | null;
  field: string;
  before: string | null;
  after: string | null;
  /** Both, where it is one figure between whose ends one can look for the place at which the plan flips. */
  figures?: { before: number; after: number };
  apply(draft: Draft, figure?: number): void;
}

export const keyOf = ({ name, schema }: { schema: string; name: string }) => JSON.stringify([schema, name]);

/** @param relations of the newer snapshot: those that the statement reads */
export function listChanges(before: Snapshot, after: Snapshot, relations: Iterable<SnapshotRelation>): Change[] {
  const older = new Map(before.relations.map((one) => [keyOf(one), one]));
  const read = [...relations];
  return [
    ...read.flatMap((now) => {
      const then = older.get(keyOf(now));
      return then ? [...sizeChanges(then, now), ...now.columns.flatMap((one) => columnChanges(then, now, one))] : [];
    }),
    ...indexChanges(before, after, new Set(read.map(keyOf))),
    ...settingChanges(before, after),
  ];
}

const differs = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other);
const textOf = (figure: number | undefined) => (figure === undefined ? null : String(figure));

function sizeChanges(then: SnapshotRelation, now: SnapshotRelation): Change[] {
  const key = keyOf(now);
  const about = { schema: now.schema, relation: now.name, column: null };
  const put = (draft: Draft, size: Partial<SnapshotRelation['size']>) => {
    const relation = draft.relations.get(key);
    if (relation) draft.relations.set(key, { ...relation, size: { ...relation.size, ...size } });
  };
  const all: Change[] = [];
  const { blocks, pages, tuples, allVisiblePages } = now.size;
  if (then.size.blocks !== blocks) {
    const figures = { before: then.size.blocks, after: blocks };
    const [was, is] = [String(then.size.blocks), String(blocks)];
    const apply = (draft: Draft, figure = blocks) => put(draft, { blocks: figure });
    all.push({ kind: 'size', ...about, field: 'pages', before: was, after: is, figures, apply });
  }
  if (then.size.tuples !== tuples || then.size.pages !== pages) {
    const apply = (draft: Draft) => put(draft, { tuples, pages });
    const [was, is] = [String(then.size.tuples), String(tuples)];
    all.push({ kind: 'analyzed', ...about, field: 'rows', before: was, after: is, apply });
  }
  if (then.size.allVisiblePages !== allVisiblePages) {
    const [was, is] = [String(then.size.allVisiblePages), String(allVisiblePages)];
    const apply = (draft: Draft) => put(draft, { allVisiblePages });
    all.push({ kind: 'analyzed', ...about, field: 'pages with all rows visible', before: was, after: is, apply });
  }
  return all;
}

interface Field {
  name: string;
  members: readonly (keyof ColumnStatistics)[];
  words: (statistics: ColumnStatistics) => string | null;
  figure?: (statistics: ColumnStatistics) => number;
}

const countOf = (values: readonly unknown[] | undefined, what: string) => `${values?.length ?? 0} ${what}`;
const share = (figure: number) => `${Math.round(figure * 1_000) / 10} %`;

/** What stands together in a column's statistics; values themselves are never told. */
const fields: readonly Field[] = [
  {
    name: 'n_distinct',
    members: ['distinct'],
    words: ({ distinct }) => String(distinct),
    figure: (one) => one.distinct,
  },
  { name: 'share of nulls', members: ['nullFraction'], words: ({ nullFraction }) => share(nullFraction) },
  { name: 'average width', members: ['averageWidthBytes'], words: (one) => textOf(one.averageWidthBytes) },
  {
    name: 'most common values',
    members: ['commonValues', 'commonFrequencies'],
    words: ({ commonFrequencies = [] }) =>
      `${commonFrequencies.length} of ${share(commonFrequencies.reduce((sum, one) => sum + one, 0))} of the rows`,
  },
  { name: 'histogram', members: ['histogram', 'ends'], words: ({ histogram }) => countOf(histogram, 'bounds') },
  { name: 'correlation', members: ['correlation'], words: ({ correlation }) => textOf(correlation) },
  {
    name: 'common elements',
    members: ['commonElements', 'commonElementFrequencies', 'elementCounts'],
    words: ({ commonElements }) => countOf(commonElements, 'elements'),
  },
  {
    name: 'ranges',
    members: ['rangeLengths', 'rangeEmptyFraction', 'rangeBounds'],
    words: ({ rangeBounds }) => countOf(rangeBounds, 'bounds'),
  },
];

type Place = 'statistics' | 'inheritedStatistics';

function columnChanges(then: SnapshotRelation, now: SnapshotRelation, column: SnapshotColumn): Change[] {
  const was = then.columns.find(({ name }) => name === column.name);
  if (!was || was.type !== column.type) return [];
  return (['statistics', 'inheritedStatistics'] as const).flatMap((place) => {
    const [old, fresh] = [was[place], column[place]];
    const about = { schema: now.schema, relation: now.name, column: column.name };
    const put = (draft: Draft, statistics: ColumnStatistics | undefined) =>
      putStatistics(draft, keyOf(now), column.name, { place, statistics });
    if (!old || !fresh) {
      if (!old && !fresh) return [];
      const [before, after] = [old, fresh].map((one) => (one ? 'there' : 'none'));
      const apply = (draft: Draft) => put(draft, fresh);
      return [
        {
          kind: 'statistics' as const,
          ...about,
          field: 'statistics',
          before: before ?? null,
          after: after ?? null,
          apply,
        },
      ];
    }
    return fields
      .filter(({ members }) => members.some((member) => differs(old[member], fresh[member])))
      .map((field) => fieldChange(field, { old, fresh, about, place, key: keyOf(now) }));
  });
}

function fieldChange(
  { figure, members, name, words }: Field,
  {
    about,
    fresh,
    key,
    old,
    place,
  }: {
    old: ColumnStatistics;
    fresh: ColumnStatistics;
    about: { schema: string; relation: string; column: string };
    place: Place;
    key: string;
  },
): Change {
  return {
    kind: 'statistics',
    ...about,
    field: place === 'inheritedStatistics' ? `${name} over all partitions` : name,
    before: words(old),
    after: words(fresh),
    ...(figure && { figures: { before: figure(old), after: figure(fresh) } }),
    apply(draft, chosen) {
      const current = draft.relations.get(key)?.columns.find((one) => one.name === about.column)?.[place] ?? old;
      const statistics = { ...current };
      for (const member of members) {
        if (fresh[member] === undefined) delete statistics[member];
        else Object.assign(statistics, { [member]: fresh[member] });
      }
      if (chosen !== undefined) Object.assign(statistics, { [members[0] as string]: chosen });
      putStatistics(draft, key, about.column, { place, statistics });
    },
  };
}

function putStatistics(
  draft: Draft,
  key: string,
  name: string,
  { place, statistics }: { place: Place; statistics: ColumnStatistics | undefined },
): void {
  const relation = draft.relations.get(key);
  if (!relation) return;
  const columns = relation.columns.map((one) => {
    if (one.name !== name) return one;
    const { [place]: _, ...rest } = one;
    return statistics ? { ...rest, [place]: statistics } : rest;
  });
  draft.relations.set(key, { ...relation, columns });
}

function indexChanges(before: Snapshot, after: Snapshot, read: ReadonlySet<string>): Change[] {
  const older = new Map(before.indexes.map((one) => [keyOf(one), one]));
  const newer = new Map(after.indexes.map((one) => [keyOf(one), one]));
  const keys = [...new Set([...older.keys(), ...newer.keys()])];
  return keys.flatMap((key) => {
    const [then, now] = [older.get(key), newer.get(key)];
    const index = (now ?? then) as SnapshotIndex;
    if (!read.has(keyOf(index.table))) return [];
    const about = { schema: index.table.schema, relation: index.table.name, column: null, field: index.name };
    const [was, is] = [then, now].map((one) => (!one ? 'not there' : one.isValid ? 'there' : 'not valid'));
    const all: Change[] = [];
    if (was !== is) {
      const apply = (draft: Draft) => (is === 'there' ? draft.absent.delete(key) : draft.absent.add(key));
      all.push({ kind: 'index', ...about, before: was ?? null, after: is ?? null, apply });
    }
    if (then && now && hasOtherFigures(then, now)) {
      const { expressionStatistics, height, size } = now;
      const apply = (draft: Draft) => {
        const one = draft.indexes.get(key);
        if (!one) return;
        const { expressionStatistics: _, height: __, ...rest } = one;
        const figures = {
          ...(height !== undefined && { height }),
          ...(expressionStatistics && { expressionStatistics }),
        };
        draft.indexes.set(key, { ...rest, size, ...figures });
      };
      const [before, after] = [then, now].map(({ size: { blocks } }) => `${blocks} pages`);
      all.push({ kind: 'index_size', ...about, before: before ?? null, after: after ?? null, apply });
    }
    return all;
  });
}

function hasOtherFigures(then: SnapshotIndex, now: SnapshotIndex): boolean {
  const figures = ({ expressionStatistics, height, size }: SnapshotIndex) => [size, height, expressionStatistics];
  return differs(figures(then), figures(now));
}

function settingChanges(before: Snapshot, after: Snapshot): Change[] {
  const names = [...new Set([...Object.keys(before.settings), ...Object.keys(after.settings)])];
  return names
    .filter((name) => isPlannerSetting(name) && before.settings[name] !== after.settings[name])
    .map((name) => ({
      kind: 'setting' as const,
      ...{ schema: null, relation: null, column: null, field: name },
      before: before.settings[name] ?? null,
      after: after.settings[name] ?? null,
      apply(draft) {
        const setting = after.settings[name];
        if (setting === undefined) delete draft.settings[name];
        else draft.settings[name] = setting;
      },
    }));
}
