/**
 * Caps that an operator has set: no more than so many of a statement at once, until it is lifted or its time is over. They are kept in
 * Postgres and read every five seconds, so that all servers go by the same; while Postgres is away, what was read last holds.
 */

import { type Database, listStatements, statement } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../foundation/service.ts';
import { createId } from '../../foundation/tokens.ts';
import { capNotFound, capRefused } from './errors.ts';
import { patiently } from './patient-run.ts';
import type { NewCap } from './route-schemas.ts';
import type { StatementCap } from './schema.ts';
import type { Timeline } from './timeline.ts';

export interface CapsOptions {
  database: Pick<Database, 'query' | 'execute' | 'capStatement'>;
  timeline: Pick<Timeline, 'note'>;
  clock: Pick<Clock, 'nowMs'>;
  logger: Logger;
}

interface CapRow {
  id: string;
  statement: string;
  max: number;
  until: Date;
  reason: string;
  by: string;
}

const EVERY_MS = 5_000;
/** In runs: about once an hour. */
const DELETE_EVERY = 720;
const CAPS_MAX = 100;
const DEFAULT_MINUTES = 60;
/** Of what everyone needs to get in, a person among them who wants to lift the cap again. */
const CRITICAL_MIN = 2;
/** In a storm, too, an operator must be able to set one: hence the control lane. */
const asked = { lane: 'control', deadlineMs: 1_000 } as const;
const COLUMNS = 'id, statement, max_at_once as max, until, reason, by_user as by';

export const readCaps = statement<[limit: number], CapRow>({
  ...asked,
  name: 'monitor.readCaps',
  text: `
    select ${COLUMNS}
    from aquifer_monitor.statement_cap
    where until > now()
    order by until
    limit $1`,
  unindexedBecause: 'caps are few, and those that are over are deleted',
});

export const saveCap = statement<
  [...[id: string, statement: string, max: number, minutes: number], reason: string, by: string],
  CapRow
>({
  ...asked,
  name: 'monitor.saveCap',
  text: `
    insert into aquifer_monitor.statement_cap (id, statement, max_at_once, until, reason, by_user)
    values ($1, $2, $3, now() + $4 * interval '1 minute', $5, $6)
    on conflict (statement) do update
    set id = excluded.id, max_at_once = excluded.max_at_once, until = excluded.until, reason = excluded.reason,
      by_user = excluded.by_user
    returning ${COLUMNS}`,
});

export const deleteCap = statement<[id: string], CapRow>({
  ...asked,
  name: 'monitor.deleteCap',
  text: `delete from aquifer_monitor.statement_cap where id = $1 returning ${COLUMNS}`,
});

export const deleteOldCaps = statement<[]>({
  name: 'monitor.deleteOldCaps',
  lane: 'background',
  deadlineMs: 5_000,
  text: `delete from aquifer_monitor.statement_cap where until < now() - interval '1 day'`,
  unindexedBecause: 'caps are few',
});

export class Caps {
  readonly service: Service;
  readonly #options: CapsOptions;
  #caps = new Map<string, StatementCap>();
  #expiry: NodeJS.Timeout | undefined;
  #runs = 0;

  constructor(options: CapsOptions) {
    this.#options = options;
    const periodic = createPeriodicService({
      ...{ name: 'statement caps', intervalMs: EVERY_MS, logger: options.logger },
      run: patiently(options.logger, 'statement caps', () => this.#run()),
    });
    this.service = {
      ...periodic,
      stop: async () => {
        clearTimeout(this.#expiry);
        await periodic.stop();
      },
    };
  }

  /** Those that hold now, the one that ends first in front. */
  list(): StatementCap[] {
    const now = new Date(this.#options.clock.nowMs()).toISOString();
    return [...this.#caps.values()].filter(({ until }) => until > now).sort((a, b) => (a.until < b.until ? -1 : 1));
  }

  /** @throws AppError cap_refused */
  async set(
    { max, minutes = DEFAULT_MINUTES, reason = '', statement: name }: NewCap,
    userId: string,
  ): Promise<StatementCap> {
    refuseLockout(name, max);
    if (this.#caps.size >= CAPS_MAX) throw capRefused(`There can be ${CAPS_MAX} caps at the most.`);
    const { database, timeline } = this.#options;
    const [row] = await database.query(saveCap, [createId(), name, max, minutes, reason, userId]);
    const cap = toCap(row as CapRow);
    this.#apply([...this.list().filter((one) => one.statement !== name), cap]);
    const how = max === 0 ? 'switched off' : `capped at ${max} at once`;
    const why = reason === '' ? '' : ` ${reason}`;
    timeline.note({
      kind: 'operator',
      sentence: `An operator has ${how}: ${name}, for ${minutes} min.${why}`,
      ...{ by: userId, details: { action: 'cap_statement', statement: name, max, minutes, cap: cap.id } },
    });
    return cap;
  }

  /** @throws AppError cap_not_found */
  async lift(id: string, userId: string): Promise<void> {
    const [row] = await this.#options.database.query(deleteCap, [id]);
    if (!row) throw capNotFound();
    this.#apply(this.list().filter((cap) => cap.id !== id));
    this.#options.timeline.note({
      kind: 'operator',
      sentence: `An operator has lifted the cap of ${row.statement}.`,
      ...{ by: userId, details: { action: 'lift_cap', statement: row.statement, cap: id } },
    });
  }

  async #run(): Promise<void> {
    const { database } = this.#options;
    const rows = await database.query(readCaps, [CAPS_MAX]);
    this.#apply(rows.map(toCap));
    if (this.#runs % DELETE_EVERY === 0) await database.execute(deleteOldCaps, []);
    this.#runs += 1;
  }

  /** Tells the pool what has changed, and ends each at its time, also where nobody can be asked then. */
  #apply(caps: readonly StatementCap[]): void {
    const { clock, database, timeline } = this.#options;
    const next = new Map(caps.map((cap) => [cap.statement, cap]));
    const nowMs = clock.nowMs();
    for (const [name, cap] of this.#caps) {
      if (next.has(name)) continue;
      database.capStatement(name, null);
      if (Date.parse(cap.until) > nowMs) continue;
      const sentence = `The cap of ${name} has run out.`;
      timeline.note({ kind: 'limit_changed', sentence, details: { statement: name } });
    }
    for (const [name, { max }] of next) if (this.#caps.get(name)?.max !== max) database.capStatement(name, max);
    this.#caps = next;
    clearTimeout(this.#expiry);
    const [first] = this.list();
    if (!first) return;
    const msLeft = Math.max(0, Date.parse(first.until) - nowMs);
    this.#expiry = setTimeout(() => this.#apply(this.list()), msLeft + 50);
    this.#expiry.unref();
  }
}

function toCap({ until, ...row }: CapRow): StatementCap {
  return { ...row, until: until.toISOString() };
}

/** What would lock everyone out, him who sets it among them. @throws AppError cap_refused */
function refuseLockout(name: string, max: number): void {
  const declared = listStatements().find((one) => one.name === name);
  if (declared?.lane === 'control') {
    throw capRefused('This statement is one that an operator needs in a storm; it is not capped.');
  }
  if (declared?.lane === 'critical' && max < CRITICAL_MIN) {
    throw capRefused(`Nobody gets in without this statement, you included; ${CRITICAL_MIN} of it is the least.`);
  }
}
