/**
 * Aquifer's own schema as it would be with ten million users: how many rows each table has after two years of them, and what its
 * columns hold, worked out from keys, checks and types. No such database exists; the figures are those of a service whose
 * users log in twice a week.
 */

import type {
  ColumnStatistics,
  Snapshot,
  SnapshotColumn,
  SnapshotIndex,
  SnapshotRelation,
} from '../../main/planner/snapshot/snapshot.ts';

const MILLION = 1_000_000;
const OTHER_ROWS = 1_000;

const rows: Readonly<Record<string, number>> = {
  'aquifer_accounts.users': 10 * MILLION,
  'aquifer_accounts.sessions': 25 * MILLION,
  'aquifer_accounts.known_networks': 30 * MILLION,
  'aquifer_accounts.sign_ups': 200_000,
  'aquifer_accounts.one_time_tokens': 300_000,
  'aquifer_accounts.mail_requests': 400_000,
  'aquifer_accounts.mailbox': 200,
  'aquifer_accounts.throttles': 500_000,
  'aquifer_accounts.log_in_challenges': 50_000,
  'aquifer_accounts.audit_events': 400 * MILLION,
  'aquifer_accounts.audit_chain': 1,
  'aquifer_accounts.audit_cuts': 10,
  'aquifer_accounts.audit_unsealed': 1_000,
  'aquifer_accounts.totp_factors': 2 * MILLION,
  'aquifer_accounts.recovery_codes': 20 * MILLION,
  'aquifer_accounts.remembered_devices': 5 * MILLION,
  'aquifer_accounts.factor_demands': 100_000,
  'aquifer_accounts.passkeys': 3 * MILLION,
  'aquifer_accounts.passkey_challenges': 20_000,
  'aquifer_accounts.mail_log_ins': 50_000,
  'aquifer_accounts.social_flows': 20_000,
  'aquifer_accounts.social_identities': 4 * MILLION,
  'aquifer_accounts.social_instances': 2_000,
  'aquifer_accounts.email_changes': 20_000,
  'aquifer_accounts.erasures': 10_000,
  'aquifer_accounts.roles': 20,
  'aquifer_accounts.user_roles': 5_000,
  'aquifer_accounts.api_keys': 200_000,
  'aquifer_accounts.signing_keys': 5,
  'aquifer_accounts.protection_keys': 3,
  'aquifer_accounts.spent_proofs': 100_000,
  'aquifer_data._collections': 60,
  'aquifer_data._fields': 600,
  'aquifer_monitor.sample_label': 3_000,
  'aquifer_monitor.sample_10s': 26 * MILLION,
  'aquifer_monitor.sample_1m': 60 * MILLION,
  'aquifer_monitor.sample_1h': 26 * MILLION,
  'aquifer_monitor.relation_snapshot': 400_000,
  'aquifer_monitor.query_statement': 3_000,
  'aquifer_monitor.query_series': 20_000,
  'aquifer_monitor.query_minute': 20 * MILLION,
  'aquifer_monitor.query_hour': 15 * MILLION,
  'aquifer_monitor.query_day': 5 * MILLION,
  'aquifer_monitor.query_plan': 10_000,
  'aquifer_monitor.query_regression': 2_000,
  'aquifer_monitor.alert': 20_000,
  'aquifer_monitor.alert_hour': 400_000,
  'aquifer_monitor.alert_excursion': 100_000,
  'aquifer_monitor.delivery': 50_000,
  'aquifer_monitor.incident': 500,
  'aquifer_monitor.timeline_entry': 50_000,
  'aquifer_monitor.postmortem': 100,
  'aquifer_planner.snapshot_part': 5_000,
  'aquifer_planner.report_part': 5_000,
};

/** What checks allow is not all as frequent as the order in which they name it. */
const frequencies: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'aquifer_accounts.users.role': { user: 0.999_998, operator: 0.000_002 },
};
/** What a partial index holds, where its condition alone does not tell. */
const indexRows: Readonly<Record<string, number>> = {
  'aquifer_accounts.one_time_tokens_first_operator': 1,
};

const PAGE_BYTES = 8_192;
const ROW_BYTES = 28;
const BOUNDS = 101;
const TAKEN_AT = Date.UTC(2026, 10, 23, 12);
const TWO_YEARS_MS = 730 * 86_400_000;
/** What is done with is marked by a time that is null until then; most of what is there is in use. */
const NULL_SHARE = 0.9;

/** @param snapshot of the schema, as the migrations make it */
export function withTenMillionUsers(snapshot: Snapshot): Snapshot {
  const relations = snapshot.relations.map((one) => describeRelation(one, snapshot));
  const byName = new Map(relations.map((one) => [nameOf(one), one]));
  return {
    ...snapshot,
    takenAt: new Date(TAKEN_AT).toISOString(),
    database: 'aquifer',
    settings: { ...snapshot.settings, work_mem: '4MB', effective_cache_size: '16GB', random_page_cost: '1.1' },
    relations,
    indexes: snapshot.indexes.map((index) => describeIndex(index, byName)),
    gaps: [],
  };
}

const nameOf = ({ name, schema }: { name: string; schema: string }) => `${schema}.${name}`;

export function rowsOf(relation: { name: string; schema: string }): number {
  return rows[nameOf(relation)] ?? OTHER_ROWS;
}

function describeRelation(relation: SnapshotRelation, snapshot: Snapshot): SnapshotRelation {
  const count = rowsOf(relation);
  const columns = relation.columns.map((column) => ({
    ...column,
    statistics: statisticsOf(column, { relation, snapshot, count }),
  }));
  const bytes = columns.reduce(
    (sum, { statistics }) => sum + statistics.averageWidthBytes * (1 - statistics.nullFraction),
    ROW_BYTES,
  );
  const blocks = Math.max(1, Math.ceil((count * bytes * 1.1) / PAGE_BYTES));
  const size = { blocks, pages: blocks, tuples: count, allVisiblePages: Math.floor(blocks * 0.9) };
  return { ...relation, columns, size, toastBlocks: 0 };
}

interface Place {
  relation: SnapshotRelation;
  snapshot: Snapshot;
  count: number;
}

function statisticsOf(column: SnapshotColumn, place: Place): ColumnStatistics {
  const base = { nullFraction: column.isNotNull ? 0 : NULL_SHARE, averageWidthBytes: widthOf(column), correlation: 0 };
  const allowed = allowedValues(column, place);
  const known = frequencies[`${nameOf(place.relation)}.${column.name}`];
  if (known) return { ...base, ...commonOf(known) };
  if (allowed) return { ...base, ...commonAmong(allowed) };
  if (column.type === 'boolean') return { ...base, ...commonAmong(['t', 'f']) };
  const distinct = distinctOf(column, place);
  const histogram = histogramOf(column, distinct < 0 ? -distinct * place.count : distinct);
  const isInOrder = /timestamp/.test(column.type) || (distinct === -1 && histogram !== undefined);
  return { ...base, distinct, correlation: isInOrder ? 0.99 : 0, ...(histogram ? { histogram } : {}) };
}

type Common = Pick<ColumnStatistics, 'distinct' | 'commonValues' | 'commonFrequencies'>;

function commonOf(known: Readonly<Record<string, number>>): Common {
  const values = Object.entries(known).sort(([, a], [, b]) => b - a);
  return {
    distinct: values.length,
    commonValues: values.map(([value]) => value),
    commonFrequencies: values.map(([, frequency]) => frequency),
  };
}

/** Each takes a quarter of what those before it left. */
function commonAmong(values: readonly string[]): Common {
  const weights = values.map((_, place) => 0.25 ** place);
  const total = weights.reduce((sum, one) => sum + one, 0);
  return {
    distinct: values.length,
    commonValues: [...values],
    commonFrequencies: weights.map((weight) => weight / total),
  };
}

/** `check (kind in ('a', 'b'))` */
function allowedValues({ name, type }: SnapshotColumn, { relation }: Place): string[] | undefined {
  if (type !== 'text') return undefined;
  const check = relation.constraints.find(
    ({ columns, definition, kind }) =>
      kind === 'check' && columns.length === 1 && columns[0] === name && definition.includes('ARRAY['),
  );
  const values = [...(check?.definition.matchAll(/'((?:[^']|'')*)'::text/g) ?? [])].map(([, value = '']) => value);
  return values.length > 0 ? values.map((value) => value.replaceAll("''", "'")) : undefined;
}

function distinctOf(column: SnapshotColumn, { count, relation, snapshot }: Place): number {
  const keys = snapshot.indexes.filter(
    ({ isUnique, predicate, table }) => isUnique && predicate === undefined && nameOf(table) === nameOf(relation),
  );
  if (keys.some(({ keys: all }) => all.length === 1 && all[0]?.column === column.name)) return -1;
  const reference = relation.constraints.find(({ columns, kind }) => kind === 'foreign' && columns[0] === column.name);
  const referred = reference?.references && rowsOf(reference.references);
  if (referred !== undefined) return Math.min(-0.000_001, -Math.min(1, (referred * 0.8) / count));
  if (/user_id$|actor_id$/.test(column.name)) return -Math.min(1, (8 * MILLION) / count);
  if (/timestamp/.test(column.type)) return -0.5;
  if (/(hash|token|secret|digest|signature|link)$/.test(column.name) || column.type === 'bytea') return -1;
  return Math.min(count, /^(bigint|uuid|jsonb|inet)/.test(column.type) ? 100_000 : 1_000);
}

function histogramOf({ type }: SnapshotColumn, distinct: number): string[] | undefined {
  const shares = Array.from({ length: BOUNDS }, (_, place) => place / (BOUNDS - 1));
  const instant = (share: number) => new Date(TAKEN_AT - (1 - share) * TWO_YEARS_MS);
  if (/timestamp/.test(type)) return shares.map((share) => instant(share).toISOString());
  if (type === 'date') return undefined;
  if (/^(bigint|integer)$/.test(type))
    return shares.map((share) => String(Math.round(1 + share * Math.max(distinct, 200))));
  if (type === 'uuid') return shares.map((share) => uuidAt(instant(share).getTime(), share));
  return undefined;
}

/** Version 7: its first half is the time. */
function uuidAt(ms: number, share: number): string {
  const time = ms.toString(16).padStart(12, '0');
  const tail = Math.round(share * 0xffff)
    .toString(16)
    .padStart(4, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-00000000${tail}`;
}

function widthOf({ name, type }: SnapshotColumn): number {
  if (/^(bigint|timestamp|double)/.test(type)) return 8;
  if (/^(integer|real|date)/.test(type)) return 4;
  if (type === 'boolean') return 1;
  if (type === 'uuid') return 16;
  if (/^(jsonb|json)/.test(type)) return 200;
  if (type === 'bytea') return /hash|digest/.test(name) ? 33 : 64;
  if (/password_hash/.test(name)) return 98;
  return /\[\]$/.test(type) ? 60 : 24;
}

function describeIndex(index: SnapshotIndex, relations: ReadonlyMap<string, SnapshotRelation>): SnapshotIndex {
  const relation = relations.get(nameOf(index.table));
  if (!relation) return index;
  const tuples = indexRows[nameOf(index)] ?? Math.max(1, Math.round(rowsOf(relation) * shareOf(index, relation)));
  const width = index.keys.reduce((sum, { column }) => {
    const found = relation.columns.find(({ name }) => name === column);
    return sum + (found?.statistics?.averageWidthBytes ?? 24);
  }, 16);
  const blocks = Math.max(2, Math.ceil((tuples * width * 1.15) / PAGE_BYTES) + 1);
  const { height: _, ...rest } = index;
  return {
    ...rest,
    size: { blocks, pages: blocks, tuples },
    ...(index.method === 'btree' ? { height: blocks > 60_000 ? 3 : blocks > 250 ? 2 : blocks > 2 ? 1 : 0 } : {}),
  };
}

/** Of the table's rows, how many a partial index holds. */
function shareOf({ predicate }: SnapshotIndex, relation: SnapshotRelation): number {
  if (predicate === undefined) return 1;
  const isNotNull = /IS NOT NULL/i.test(predicate);
  const column = relation.columns.find(({ name }) => predicate.includes(name));
  if (/IS NULL/i.test(predicate)) return column?.statistics?.nullFraction ?? NULL_SHARE;
  return isNotNull ? 1 - (column?.statistics?.nullFraction ?? NULL_SHARE) : 0.05;
}
