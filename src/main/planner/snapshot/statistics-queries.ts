/**
 * SQL that reads what ANALYZE found out, as `pg_stats` shows it to who asks: columns that he may read, and of expressions in
 * indexes. Values come as the texts that the type prints.
 */

import { statement } from '../../database/index.ts';

export interface StatisticsRow {
  schema: string;
  /** A table, or an index with expressions. */
  relation: string;
  attribute: string;
  isInherited: boolean;
  nullFraction: number;
  averageWidthBytes: number;
  distinct: number;
  commonValues: string[] | null;
  commonFrequencies: number[] | null;
  histogram: string[] | null;
  correlation: number | null;
  commonElements: string[] | null;
  commonElementFrequencies: number[] | null;
  elementCounts: number[] | null;
  rangeLengths: string[] | null;
  rangeEmptyFraction: number | null;
  rangeBounds: string[] | null;
}

const columns = (ranges: string) => `
    select
      s.schemaname::text as schema, s.tablename::text as relation, s.attname::text as attribute, s.inherited as "isInherited",
      s.null_frac as "nullFraction", s.avg_width as "averageWidthBytes", s.n_distinct as distinct,
      s.most_common_vals::text::text[] as "commonValues", s.most_common_freqs as "commonFrequencies",
      s.histogram_bounds::text::text[] as histogram, s.correlation,
      s.most_common_elems::text::text[] as "commonElements", s.most_common_elem_freqs as "commonElementFrequencies",
      s.elem_count_histogram as "elementCounts", ${ranges}
    from pg_catalog.pg_stats s
    where s.schemaname = any ($1::text[]) and s.tablename = any ($2::text[])`;

const declaration = {
  lane: 'background',
  deadlineMs: 20_000,
  unindexedBecause: 'it reads the whole of a catalog',
} as const;

/** Of tables and indexes by name; one of the same name in another of the schemas may come beside it. */
export const readStatistics = statement<[schemas: readonly string[], names: readonly string[]], StatisticsRow>({
  name: 'planner.readSnapshotStatistics',
  ...declaration,
  text: columns('null::text[] as "rangeLengths", null::real as "rangeEmptyFraction", null::text[] as "rangeBounds"'),
});

/** From 17 on. */
export const readStatisticsWithRanges = statement<
  [schemas: readonly string[], names: readonly string[]],
  StatisticsRow
>({
  name: 'planner.readSnapshotStatisticsWithRanges',
  ...declaration,
  text: columns(`s.range_length_histogram::text::text[] as "rangeLengths",
      s.range_empty_frac as "rangeEmptyFraction", s.range_bounds_histogram::text::text[] as "rangeBounds"`),
});
