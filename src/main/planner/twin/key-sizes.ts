/** What an index's keys measure, from the statistics of the columns that they are made of. */

import type { ColumnStatistics, SnapshotColumn, SnapshotIndex, SnapshotRelation } from '../snapshot/snapshot.ts';
import type { KeySize } from './index-size.ts';

const UNKNOWN_WIDTH_BYTES = 32;
const UNKNOWN_DISTINCT = 200;
const FIXED: Record<string, [widthBytes: number, alignBytes: 1 | 2 | 4 | 8]> = {
  boolean: [1, 1],
  '"char"': [1, 1],
  smallint: [2, 2],
  integer: [4, 4],
  oid: [4, 4],
  real: [4, 4],
  date: [4, 4],
  bigint: [8, 8],
  'double precision': [8, 8],
  money: [8, 8],
  'timestamp without time zone': [8, 8],
  'timestamp with time zone': [8, 8],
  'time without time zone': [8, 8],
  interval: [16, 8],
  uuid: [16, 1],
  name: [64, 1],
};
/** Types whose values print as they are stored, so that known values tell their widths. */
const TEXTS = /^(text|character varying|character|citext)(\(\d+\))?$/;
const NUMERICS = /^numeric\b/;

/** @param rows of the table, for statistics that are a share of them */
export function keySizeOf(type: string, statistics: ColumnStatistics | undefined, rows: number): KeySize {
  const fixed = FIXED[type.replace(/\(\d+\)/, '')];
  const distinct = statistics?.distinct ?? 0;
  const unknown = Math.min(UNKNOWN_DISTINCT, Math.max(1, rows));
  const nullFraction = statistics?.nullFraction ?? 0;
  return {
    averageWidthBytes: fixed?.[0] ?? statistics?.averageWidthBytes ?? UNKNOWN_WIDTH_BYTES,
    alignBytes: fixed?.[1] ?? 1,
    distinct: Math.max(1, distinct > 0 ? distinct : distinct < 0 ? -distinct * rows : unknown),
    nullFraction,
    ...(statistics?.commonFrequencies ? { commonFrequencies: statistics.commonFrequencies } : {}),
    ...(statistics && (TEXTS.test(type) || NUMERICS.test(type)) ? widthsOf(type, statistics) : {}),
  };
}

/** The histogram's values are spread over the rows evenly; the common ones weigh more, but are few. */
function widthsOf(
  type: string,
  { histogram, commonValues, redaction }: ColumnStatistics,
): Pick<KeySize, 'widthsBytes'> {
  const values = histogram && histogram.length > 10 ? histogram : commonValues;
  if (!values || values.length === 0 || redaction) return {};
  return {
    widthsBytes: values.map((value) => {
      const bytes = NUMERICS.test(type) ? numericBytes(value) : Buffer.byteLength(value);
      return bytes + (bytes < 127 ? 1 : 4);
    }),
  };
}

/** A header of two bytes, and two for each four digits on either side of the point; noughts at the ends are not kept. */
function numericBytes(value: string): number {
  const [whole = '', fraction = ''] = value.replace(/^-/, '').split('.');
  const front = whole.replace(/^0+/, '');
  const groups =
    front.padStart(Math.ceil(front.length / 4) * 4, '0') + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0');
  return 2 + groups.replace(/^(0000)+/, '').replace(/(0000)+$/, '').length / 2;
}

export function keySizesOf(index: SnapshotIndex, table: SnapshotRelation): KeySize[] {
  const columns = new Map<string, SnapshotColumn>(table.columns.map((column) => [column.name, column]));
  const rows = Math.max(1, table.size.tuples);
  return index.keys.map(({ column }, place) => {
    const found = column === undefined ? undefined : columns.get(column);
    const statistics = found
      ? (found.statistics ?? found.inheritedStatistics)
      : index.expressionStatistics?.[place + 1];
    return keySizeOf(found?.type ?? 'text', statistics, rows);
  });
}
