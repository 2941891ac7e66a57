// The figures of tables and indexes, as they stand in a column whose header says the unit.
import type { TableView } from '../../../client/index.ts';
import { approximateWords, countWords } from '../../components/number-words.ts';

const MEGABYTE = 1_000_000;
const NOTHING = '–';

/** Megabytes, with the digits that mean something; a sign for what grows or shrinks. */
export function megabyteWords(bytes: number | null, isSigned = false): string {
  if (bytes === null) return NOTHING;
  const megabytes = Math.abs(bytes) / MEGABYTE;
  if (megabytes < 0.01) return bytes === 0 ? '0' : '<0.01';
  const words = megabytes >= 100 ? countWords(Math.round(megabytes)) : megabytes.toFixed(megabytes >= 10 ? 1 : 2);
  if (bytes < 0) return `−${words}`;
  return isSigned ? `+${words}` : words;
}

/** Events in an hour: whole ones, unless there are few. */
export function hourlyWords(perHour: number | null): string {
  if (perHour === null) return NOTHING;
  if (perHour === 0) return '0';
  if (perHour < 0.1) return '<0.1';
  return perHour < 10 ? perHour.toFixed(1) : countWords(Math.round(perHour));
}

export function shareWords(share: number | null): string {
  if (share === null) return NOTHING;
  const percent = share * 100;
  if (percent > 0 && percent < 1) return '<1 %';
  return `${Math.round(percent)} %`;
}

/** 99.97 % and 100 % are not the same for a cache. */
export function hitWords(share: number | null): string {
  const isNearlyAll = share !== null && share > 0.99 && share < 1;
  return isNearlyAll ? `${(share * 100).toFixed(2)} %` : shareWords(share);
}

/** Of all rows that are in the table's pages, how many are dead. */
export function deadShare({ deadRows, rows }: Pick<TableView, 'deadRows' | 'rows'>): number {
  const all = deadRows + Math.max(0, rows);
  return all === 0 ? 0 : deadRows / all;
}

export function rowWords(rows: number): string {
  // Postgres says -1 of a table that it never counted.
  return rows < 0 ? 'not counted' : approximateWords(Math.round(rows)).replace('about ', '');
}
