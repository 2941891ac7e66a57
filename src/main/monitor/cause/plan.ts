/**
 * Asks Postgres how it would run a statement, with the statement's own values: in a read-only transaction that waits for no
 * lock, on the control lane, within half a second, and without running it. What is read out of the plan has no constants.
 */

import {
  adHocStatement,
  type Database,
  fingerprintOf,
  type PlanShape,
  planShapeOf,
  type SentQuery,
  statement,
} from '../../database/index.ts';
import {
  type FilteredScan,
  type FilterReading,
  type PlanNode,
  quoteName,
  readFilter,
  readScans,
  relationsOf,
} from './plan-reading.ts';

export interface Scan {
  /** `schema.table`, the schema left out where it is `public`. */
  relation: string;
  /** Rows of the relation, as Postgres estimates. */
  rows: number;
  rowsKept: number;
  filter: FilterReading | undefined;
  /** The index that would spare the scan. */
  indexSql: string | undefined;
}

export interface ReadPlan extends PlanShape {
  /** As the planner estimates, in its own units. */
  cost: number | null;
  /** The largest sequential scan. */
  scan: Scan | undefined;
  /** When any of its tables was analysed last; ISO 8601. */
  analyzedAt: string | null;
}

const DEADLINE_MS = 500;
const EXPLAINABLE = /^(select|with|insert|update|delete|values|table)\b/;
const INDEX_COLUMNS_MAX = 3;

const guardPlanning = statement<[], { set: string }>({
  name: 'monitor.guardPlanning',
  lane: 'control',
  deadlineMs: DEADLINE_MS,
  text: `
    select pg_catalog.set_config('transaction_read_only', 'on', true)
      || pg_catalog.set_config('lock_timeout', '100ms', true)
      || pg_catalog.set_config('statement_timeout', '500ms', true) as set`,
  unindexedBecause: 'it reads no table',
});

interface RelationRow {
  rows: number;
  columns: string[];
  analyzedAt: string | null;
}

const readRelation = statement<[schema: string, relation: string], RelationRow>({
  name: 'monitor.readRelation',
  lane: 'control',
  deadlineMs: DEADLINE_MS,
  text: `
    select
      greatest(c.reltuples, s.n_live_tup, 0)::float8 as rows,
      array(
        select a.attname::text
        from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      ) as columns,
      pg_catalog.to_char(
        greatest(s.last_analyze, s.last_autoanalyze) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'
      ) as "analyzedAt"
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_stat_all_tables s on s.relid = c.oid
    where n.nspname = $1 and c.relname = $2`,
});

/** Whether a plan can be asked for at all; a text with several statements in it is left alone. */
export function isExplainable({ text }: SentQuery): boolean {
  const shape = fingerprintOf(text).text;
  return EXPLAINABLE.test(shape) && !/;\s*\S/.test(shape.replace(/"(?:[^"]|"")*"/g, ''));
}

/** @throws AppError where it cannot be planned in time, as with a table that is being changed */
export async function readPlan(database: Database, sent: SentQuery): Promise<ReadPlan> {
  const options = { lane: 'control', deadlineMs: DEADLINE_MS, name: 'monitor.explainStatement' } as const;
  return database.transaction(options, async (transaction) => {
    await transaction.query(guardPlanning, []);
    const explain = adHocStatement<readonly unknown[], { 'QUERY PLAN': { Plan: PlanNode }[] }>({
      ...options,
      text: `explain (format json, verbose) ${sent.text}`,
    });
    const [row] = await transaction.query(explain, sent.values);
    const plan = row?.['QUERY PLAN'][0]?.Plan;
    if (!plan) throw new Error('EXPLAIN answered without a plan');
    const relations = new Map<string, RelationRow>();
    for (const { relation, schema } of relationsOf(plan)) {
      const name = toName(schema, relation);
      if (relations.has(name)) continue;
      const [facts] = await transaction.query(readRelation, [schema, relation]);
      if (facts) relations.set(name, facts);
    }
    return interpret(plan, relations);
  });
}

function interpret(plan: PlanNode, relations: ReadonlyMap<string, RelationRow>): ReadPlan {
  const scans = readScans(plan)
    .map((scan) => toScan(scan, relations.get(toName(scan.schema, scan.relation))))
    .sort((a, b) => b.rows - a.rows);
  const analyzed = [...relations.values()].flatMap(({ analyzedAt }) => (analyzedAt === null ? [] : [analyzedAt]));
  const cost = plan['Total Cost'] ?? null;
  return { ...planShapeOf(plan), cost, scan: scans[0], analyzedAt: analyzed.sort().at(-1) ?? null };
}

function toScan({ filter, relation, rowsKept, schema }: FilteredScan, facts: RelationRow | undefined): Scan {
  const reading = filter === undefined ? undefined : readFilter(filter, facts?.columns ?? []);
  const name = toName(schema, relation);
  const rows = facts?.rows ?? 0;
  const indexSql = reading && suggestIndex(`${quoteName(schema)}.${quoteName(relation)}`, reading);
  return { relation: name, rows, rowsKept, filter: reading, indexSql };
}

/** The index that the filter asks for; nothing where no column of the table was found in it. */
function suggestIndex(table: string, { columns, expression, pattern }: FilterReading): string | undefined {
  if (pattern !== undefined) {
    return `create index concurrently on ${table} using gin (${quoteName(pattern)} gin_trgm_ops)`;
  }
  if (expression !== undefined) return `create index concurrently on ${table} ((${expression}))`;
  if (columns.length === 0) return undefined;
  return `create index concurrently on ${table} (${columns.slice(0, INDEX_COLUMNS_MAX).map(quoteName).join(', ')})`;
}

function toName(schema: string, relation: string): string {
  return schema === 'public' ? relation : `${schema}.${relation}`;
}
