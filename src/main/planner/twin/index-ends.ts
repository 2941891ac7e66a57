/**
 * The least and the greatest value of an index's first column, as two tuples of its one leaf. The planner looks them up where a
 * statement asks for what lies near or beyond them, and trusts what it finds: without them `created_at > now()` would be taken to
 * have at least one row in ten thousand. Layout: access/itup.h and varatt.h of Postgres.
 */

import type { ColumnStatistics, SnapshotIndex, SnapshotRelation } from '../snapshot/snapshot.ts';
import { SqlRefusal } from './errors.ts';
import type { TwinDatabase } from './twin-database.ts';

export interface Ends {
  type: string;
  low: string;
  high: string;
  isDescending: boolean;
  /** Of the index, with what is included. */
  columns: number;
}

/** Types whose stored form is what they send, but for the order of bytes; texts have a length before them. */
const SENT: Record<string, { send: string; isText?: true; isRaw?: true }> = {
  smallint: { send: 'int2send' },
  integer: { send: 'int4send' },
  bigint: { send: 'int8send' },
  oid: { send: 'oidsend' },
  real: { send: 'float4send' },
  'double precision': { send: 'float8send' },
  date: { send: 'date_send' },
  'timestamp without time zone': { send: 'timestamp_send' },
  'timestamp with time zone': { send: 'timestamptz_send' },
  uuid: { send: 'uuid_send', isRaw: true },
  text: { send: 'textsend', isText: true },
  'character varying': { send: 'textsend', isText: true },
};
const LONGEST_BYTES = 1_000;
const NULLS = 0x8000;
const VARIABLE = 0x4000;

const storedType = (type: string) => type.replace(/\(\d+\)/, '');

/** Ends that no index of the twin can hold stand in the histogram: there the planner finds them as well, if it finds none in an index. */
export function withEndsToBeFound(type: string, statistics: ColumnStatistics): ColumnStatistics {
  const { ends, histogram } = statistics;
  if (!ends || !histogram || Object.hasOwn(SENT, storedType(type))) return statistics;
  const [low = '', high = ''] = ends;
  return { ...statistics, histogram: [low, ...histogram.slice(1, -1), high] };
}

type IndexKeys = Pick<SnapshotIndex, 'method' | 'keys'> & { include?: string[]; predicate?: string };

/** Nothing where the planner would not look: at a part of the rows, at an expression, at a type without known ends. */
export function endsOf(index: IndexKeys, table: SnapshotRelation | undefined): Ends | undefined {
  const [key] = index.keys;
  const column = table?.columns.find(({ name }) => name === key?.column);
  const statistics = column?.statistics ?? column?.inheritedStatistics;
  if (index.method !== 'btree' || index.predicate || !column || !statistics?.histogram) return undefined;
  const type = storedType(column.type);
  const [low, high] = statistics.ends ?? [statistics.histogram[0], statistics.histogram.at(-1)];
  if (!Object.hasOwn(SENT, type) || low === undefined || high === undefined) return undefined;
  const columns = index.keys.length + (index.include?.length ?? 0);
  return { type, low, high, isDescending: key?.isDescending ?? false, columns };
}

/** @returns for each its tuples in the order of the index; none where Postgres does not take a value */
export async function endTuples(database: TwinDatabase, ends: readonly (Ends | undefined)[]): Promise<Buffer[][]> {
  const values = new Map<string, Set<string>>();
  for (const one of ends) {
    if (!one) continue;
    const known = values.get(one.type) ?? new Set();
    values.set(one.type, known.add(one.low).add(one.high));
  }
  const stored = new Map<string, Map<string, Buffer>>();
  for (const [type, texts] of values) stored.set(type, await storedValues(database, type, [...texts]));
  return ends.map((one) => {
    if (!one) return [];
    const found = [one.low, one.high].flatMap((value) => stored.get(one.type)?.get(value) ?? []);
    if (found.length < 2 || found.some((value) => value.length > LONGEST_BYTES)) return [];
    const isText = SENT[one.type]?.isText ?? false;
    return (one.isDescending ? found.reverse() : found).map((value, place) =>
      tuple(value, { row: place + 1, columns: one.columns, isText }),
    );
  });
}

async function storedValues(
  database: TwinDatabase,
  type: string,
  texts: readonly string[],
): Promise<Map<string, Buffer>> {
  const known = SENT[type];
  if (!known) return new Map();
  const list = `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
  try {
    const rows = await database.query(
      `select v, pg_catalog.encode(pg_catalog.${known.send}(v::${type}), 'hex') from pg_catalog.unnest($1::text[]) as v`,
      [list],
    );
    return new Map(
      rows.map(([text, hex]) => {
        const bytes = Buffer.from(hex ?? '', 'hex');
        return [text ?? '', known.isText || known.isRaw ? bytes : bytes.reverse()];
      }),
    );
  } catch (error) {
    if (error instanceof SqlRefusal) return new Map();
    throw error;
  }
}

interface TupleOptions {
  /** In the table's first page. */
  row: number;
  columns: number;
  isText: boolean;
}

/** The first column alone: the others are null, and nobody reads them. */
function tuple(value: Buffer, { row, columns, isText }: TupleOptions): Buffer {
  const hasNulls = columns > 1;
  const start = hasNulls ? 16 : 8;
  const data = isText ? withLength(value) : value;
  const bytes = Math.ceil((start + data.length) / 8) * 8;
  const page = Buffer.alloc(bytes);
  page.writeUInt16LE(row, 4);
  page.writeUInt16LE(bytes | (hasNulls ? NULLS : 0) | (isText ? VARIABLE : 0), 6);
  if (hasNulls) page.writeUInt8(1, 8);
  data.copy(page, start);
  return page;
}

/** A length of one byte with the lowest bit set, or one of four. */
function withLength(value: Buffer): Buffer {
  const short = value.length + 1;
  if (short <= 127) return Buffer.concat([Buffer.from([(short << 1) | 1]), value]);
  const head = Buffer.alloc(4);
  head.writeUInt32LE((value.length + 4) << 2);
  return Buffer.concat([head, value]);
}
