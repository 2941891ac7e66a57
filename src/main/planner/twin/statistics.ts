/**
 * Statistics as rows for the catalog. From 18 on Postgres takes them itself (pg_restore_attribute_stats), with all its checks;
 * before that they are written to pg_statistic as ANALYZE would.
 */

import type { ColumnStatistics } from '../snapshot/snapshot.ts';
import { SqlRefusal } from './errors.ts';
import { INSERT_STATISTICS } from './statistics-before-18.ts';
import type { TwinDatabase } from './twin-database.ts';

/** One column's, or one expression's of an index: then the relation is the index. */
export interface StatisticsRow {
  schema: string;
  relation: string;
  /** From 1, in the relation as the twin has it. */
  attribute: number;
  isInherited: boolean;
  statistics: ColumnStatistics;
}

/** Takes all rows as one JSON document; answers with the places, from 0, of those that were not taken as they are. */
const RESTORE_STATISTICS = `
  select s.place
  from pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) as s (
    place int, schema text, relation text, attribute int2, inherited boolean, nulls real, width int, distincts real,
    common text, frequencies real[], bounds text, correlation real, elements text, element_frequencies real[],
    element_counts real[], lengths text, empties real, range_bounds text
  )
  where not pg_catalog.pg_restore_attribute_stats(
    'schemaname', s.schema, 'relname', s.relation, 'attnum', s.attribute, 'inherited', s.inherited,
    'null_frac', s.nulls, 'avg_width', s.width, 'n_distinct', s.distincts, 'most_common_vals', s.common,
    'most_common_freqs', s.frequencies, 'histogram_bounds', s.bounds, 'correlation', s.correlation,
    'most_common_elems', s.elements, 'most_common_elem_freqs', s.element_frequencies,
    'elem_count_histogram', s.element_counts, 'range_length_histogram', s.lengths,
    'range_empty_frac', s.empties, 'range_bounds_histogram', s.range_bounds)`;

/**
 * Writes statistics where there are none.
 * @returns the places, from 0, of those that were not taken whole
 */
export async function restoreStatistics(database: TwinDatabase, rows: readonly StatisticsRow[]): Promise<number[]> {
  if (rows.length === 0) return [];
  if (database.engine.versionNumber >= 180_000) {
    return (await database.query(RESTORE_STATISTICS, [statisticsDocument(rows)])).map(([place]) => Number(place));
  }
  try {
    await database.query(INSERT_STATISTICS, [statisticsDocument(rows)]);
    return [];
  } catch (error) {
    if (!(error instanceof SqlRefusal)) throw error;
    if (rows.length === 1) return [0];
  }
  // One of them has values that its type does not take.
  const middle = rows.length >> 1;
  const first = await restoreStatistics(database, rows.slice(0, middle));
  const second = await restoreStatistics(database, rows.slice(middle));
  return [...first, ...second.map((place) => place + middle)];
}

/** Of the columns that get others: what is not written again must not stay. */
export const DELETE_STATISTICS = `
  delete from pg_catalog.pg_statistic p
  using pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) as s (
    schema text, relation text, attribute int2, inherited boolean
  )
  join pg_catalog.pg_namespace n on n.nspname = s.schema
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = s.relation
  where p.starelid = c.oid and p.staattnum = s.attribute and p.stainherit = s.inherited`;

export function statisticsDocument(rows: readonly StatisticsRow[]): string {
  return JSON.stringify(
    rows.map(({ schema, relation, attribute, isInherited, statistics }, place) => ({
      place,
      schema,
      relation,
      attribute,
      inherited: isInherited,
      ...describe(statistics),
    })),
  );
}

function describe(statistics: ColumnStatistics): Record<string, unknown> {
  const { commonValues, commonFrequencies, commonElements, commonElementFrequencies, elementCounts } = statistics;
  const hasCommon = commonValues && commonFrequencies?.length === commonValues.length && commonValues.length > 0;
  const hasElements = commonElements && commonElementFrequencies && commonElements.length > 0;
  const { histogram, rangeLengths, rangeBounds } = statistics;
  return {
    nulls: statistics.nullFraction,
    width: Math.round(statistics.averageWidthBytes),
    distincts: statistics.distinct,
    common: hasCommon ? arrayText(commonValues) : null,
    frequencies: hasCommon ? commonFrequencies : null,
    bounds: histogram && histogram.length > 1 ? arrayText(histogram) : null,
    correlation: statistics.correlation ?? null,
    elements: hasElements ? arrayText(commonElements) : null,
    element_frequencies: hasElements ? commonElementFrequencies : null,
    element_counts: elementCounts && elementCounts.length > 0 ? elementCounts : null,
    lengths: rangeLengths ? arrayText(rangeLengths) : null,
    empties: rangeLengths ? (statistics.rangeEmptyFraction ?? 0) : null,
    range_bounds: rangeBounds ? arrayText(rangeBounds) : null,
  };
}

/** A one-dimensional array as Postgres reads it. */
function arrayText(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
