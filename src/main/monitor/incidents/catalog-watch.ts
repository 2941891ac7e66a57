/**
 * Sees from the catalog what was changed beside us: tables, columns and indexes that came, went or are others than before, and statistics
 * that were taken. Postgres keeps the instant of an ANALYZE; that of a change is had from its commit where Postgres notes commits, from
 * the statement where it was seen running, and else is known to lie between two looks.
 */

import { type Database, PoolTracker, type StatementOutcome, statement } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type PeriodicService } from '../../foundation/service.ts';
import type { ActivitySample } from '../samples/backend.ts';
import { patiently } from './patient-run.ts';
import type { Timeline } from './timeline.ts';

export interface CatalogRow {
  oid: string;
  name: string;
  kind: string;
  version: string;
  columns: string;
  rows: number;
  changedAt: Date | null;
  analyzedAt: Date | null;
  isByHand: boolean;
  /** The table of an index. */
  table: string | null;
}

const RELATIONS_MAX = 3_000;

export const readCatalog = statement<[limit: number], CatalogRow>({
  name: 'monitor.readCatalogVersions',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    select c.oid::text as oid, n.nspname || '.' || c.relname as name, c.relkind::text as kind, c.xmin::text as version,
      c.reltuples::float8 as rows, i.indrelid::pg_catalog.regclass::text as "table",
      coalesce((
        select pg_catalog.md5(pg_catalog.string_agg(
          a.attname || ':' || a.atttypid || ':' || a.atttypmod || ':' || a.attnotnull || ':' || a.atthasdef, ',' order by a.attnum
        ))
        from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      ), '') as columns,
      case when pg_catalog.current_setting('track_commit_timestamp') = 'on'
        then pg_catalog.pg_xact_commit_timestamp(c.xmin) end as "changedAt",
      greatest(s.last_analyze, s.last_autoanalyze) as "analyzedAt",
      coalesce(s.last_analyze >= s.last_autoanalyze, s.last_analyze is not null) as "isByHand"
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_index i on i.indexrelid = c.oid
    left join pg_catalog.pg_stat_all_tables s on s.relid = c.oid
    where c.relkind in ('r', 'p', 'm', 'v', 'i', 'I') and c.relpersistence <> 't'
      and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'aquifer_monitor', 'aquifer_database')
    order by c.oid
    limit $1`,
  unindexedBecause: 'it reads the catalog, whose tables are small',
});

export interface CatalogWatchOptions {
  database: Pick<Database, 'query'>;
  timeline: Pick<Timeline, 'note'>;
  clock: Pick<Clock, 'nowMs'>;
  logger: Logger;
  /** Looks oftener while it is true. */
  isHurried: () => boolean;
}

const CALM_EVERY_MS = 30_000;
const HURRIED_EVERY_MS = 5_000;
const TOLD_MAX = 20;
/** Of smaller ones autovacuum takes statistics all day long, and no plan turns on them. */
const ROWS_WORTH_TELLING = 1_000;
const DDL = /^\s*(create|alter|drop|truncate|reindex|cluster|refresh)\b/i;
const SEEN_MAX = 50;
const nouns: Readonly<Record<string, string>> = {
  ...{ r: 'table', p: 'partitioned table', m: 'materialised view', v: 'view', i: 'index', I: 'partitioned index' },
};

interface Change {
  sentence: string;
  row: CatalogRow;
}

export class CatalogWatch extends PoolTracker {
  readonly service: PeriodicService;
  readonly #options: CatalogWatchOptions;
  #known: ReadonlyMap<string, CatalogRow> | undefined;
  #lookedAtMs = 0;
  #seen: { atMs: number; text: string }[] = [];

  constructor(options: CatalogWatchOptions) {
    super();
    this.#options = options;
    this.service = createPeriodicService({
      ...{ name: 'catalog watch', intervalMs: HURRIED_EVERY_MS, logger: options.logger },
      run: patiently(options.logger, 'catalog watch', () => this.#run()),
    });
  }

  override statementEnded({ durationMs, errorCode, statement: name }: StatementOutcome): void {
    if (errorCode === undefined && DDL.test(name)) this.#noteSeen(this.#options.clock.nowMs() - durationMs, name);
  }

  noteSample({ atMs, backends }: ActivitySample): void {
    for (const { query, queryMs, state } of backends) {
      if (state === 'active' && DDL.test(query)) this.#noteSeen(atMs - (queryMs ?? 0), query);
    }
  }

  #noteSeen(atMs: number, text: string): void {
    this.#seen = [...this.#seen, { atMs, text: text.toLowerCase() }].slice(-SEEN_MAX);
  }

  async #run(): Promise<void> {
    const { clock, database, isHurried } = this.#options;
    const nowMs = clock.nowMs();
    if (!isHurried() && nowMs - this.#lookedAtMs < CALM_EVERY_MS) return;
    const rows = await database.query(readCatalog, [RELATIONS_MAX]);
    const next = new Map(rows.map((row) => [row.oid, row]));
    const before = this.#known;
    const sinceMs = this.#lookedAtMs;
    this.#known = next;
    this.#lookedAtMs = nowMs;
    // The first look knows no before; and where there is more than it may read, what is missing is not gone.
    if (before && rows.length < RELATIONS_MAX) this.#tell(before, next, sinceMs);
  }

  #tell(before: ReadonlyMap<string, CatalogRow>, next: ReadonlyMap<string, CatalogRow>, sinceMs: number): void {
    const changes = findChanges(before, next);
    for (const { row, sentence } of changes.slice(0, TOLD_MAX)) this.#tellChange(row, sentence, sinceMs);
    this.#tellRest(changes.length - TOLD_MAX, 'ddl');
    const analyzed = [...next.values()].filter((row) => wasAnalyzed(row, before.get(row.oid)));
    for (const row of analyzed.slice(0, TOLD_MAX)) this.#tellAnalyze(row);
    this.#tellRest(analyzed.length - TOLD_MAX, 'analyze');
  }

  #tellRest(count: number, kind: 'ddl' | 'analyze'): void {
    if (count > 0) this.#options.timeline.note({ kind, sentence: `And ${count} more of the same kind.` });
  }

  #tellChange(row: CatalogRow, sentence: string, sinceMs: number): void {
    const { clock, timeline } = this.#options;
    const atMs = row.changedAt?.getTime() ?? this.#instantOf(row, sinceMs);
    const details = { relation: row.name, kind: nouns[row.kind] ?? row.kind, isExact: atMs !== undefined };
    if (atMs !== undefined) {
      timeline.note({ kind: 'ddl', sentence: `${sentence}.`, details, atMs });
      return;
    }
    const seconds = Math.max(1, Math.round((clock.nowMs() - sinceMs) / 1000));
    timeline.note({ kind: 'ddl', sentence: `${sentence}, within the ${seconds} s before.`, details });
  }

  /** When a statement was seen that names it. */
  #instantOf({ name }: CatalogRow, sinceMs: number): number | undefined {
    const bare = name.slice(name.indexOf('.') + 1).toLowerCase();
    return this.#seen.findLast(({ atMs, text }) => atMs >= sinceMs - CALM_EVERY_MS && text.includes(bare))?.atMs;
  }

  #tellAnalyze({ analyzedAt, isByHand, name }: CatalogRow): void {
    const who = isByHand ? 'ANALYZE took' : 'Autovacuum took';
    const atMs = analyzedAt?.getTime();
    this.#options.timeline.note({
      kind: 'analyze',
      sentence: `${who} new statistics of ${name}: plans may change.`,
      details: { relation: name, isByHand },
      ...(atMs === undefined ? {} : { atMs }),
    });
  }
}

function wasAnalyzed(row: CatalogRow, before: CatalogRow | undefined): boolean {
  if (!row.analyzedAt || !before) return false;
  const isNews = before.analyzedAt === null || row.analyzedAt > before.analyzedAt;
  return isNews && (row.isByHand || row.rows >= ROWS_WORTH_TELLING);
}

export function findChanges(before: ReadonlyMap<string, CatalogRow>, next: ReadonlyMap<string, CatalogRow>): Change[] {
  const changes: Change[] = [];
  for (const row of next.values()) {
    const known = before.get(row.oid);
    const noun = nouns[row.kind] ?? 'relation';
    const on = row.table === null ? '' : ` on ${row.table}`;
    if (!known) changes.push({ row, sentence: `The ${noun} ${row.name}${on} was created` });
    else if (known.name !== row.name)
      changes.push({ row, sentence: `The ${noun} ${known.name} is called ${row.name} now` });
    else if (known.columns !== row.columns) changes.push({ row, sentence: `The columns of ${row.name} were changed` });
    else if (known.version !== row.version) {
      changes.push({ row, sentence: `The ${noun} ${row.name}${on} was changed or written anew` });
    }
  }
  for (const row of before.values()) {
    if (next.has(row.oid)) continue;
    const on = row.table === null ? '' : ` on ${row.table}`;
    changes.push({
      row: { ...row, changedAt: null },
      sentence: `The ${nouns[row.kind] ?? 'relation'} ${row.name}${on} was dropped`,
    });
  }
  return changes;
}
