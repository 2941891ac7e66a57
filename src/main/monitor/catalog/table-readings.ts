/** Figures of tables for the store: of the largest, rows and the share that is dead. */

import type { Reading } from '../samples/reading-hub.ts';
import type { TableRow } from './queries.ts';

const TABLES_MAX = 100;
/** Of fewer rows a share would say nothing. */
const ROWS_MIN = 1_000;

/** @param tables largest first */
export function readingsOfTables(tables: readonly TableRow[]): Reading[] {
  return tables.slice(0, TABLES_MAX).flatMap(({ deadRows, liveRows, name, rows, schema }) => {
    const scope = `${schema}.${name}`;
    const readings = [{ name: 'table.rows', scope, value: rows < 0 ? liveRows : rows }];
    const all = deadRows + liveRows;
    if (all >= ROWS_MIN) readings.push({ name: 'table.deadShare', scope, value: deadRows / all });
    return readings;
  });
}
