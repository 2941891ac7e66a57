/**
 * Keeps alerts, baselines, lessons and excursions in Postgres: written behind, in the background lane, and read once at the
 * start. While the database is away, what there is to keep waits in memory, up to a bound.
 */

import type { Database } from '../../database/index.ts';
import { createId } from '../../foundation/tokens.ts';
import { WriteBehind } from '../samples/write-behind.ts';
import type { FigureHour } from './baseline-book.ts';
import type { BurnTally } from './burn.ts';
import type { Excursion } from './excursions.ts';
import { HOUR_MS } from './hour-summary.ts';
import type { Lesson } from './learner.ts';
import * as queries from './queries.ts';
import type { Alert } from './schema.ts';

const ALERTS_WAITING_MAX = 5_000;
const HOURS_WAITING_MAX = 500;
const EXCURSIONS_WAITING_MAX = 2_000;
const BATCH = 200;
const RESTORED = { alerts: 500, firing: 100, lessons: 10_000, hours: 5_000, excursions: 2_000, missed: 200 };
const KEPT = { alertDays: 400, baselineWeeks: 8, excursionDays: 30 };
const DELETED_AT_ONCE = 1_000;

export interface StoredHour {
  readonly hour: number;
  readonly figures: readonly FigureHour[];
  readonly budget: readonly BurnTally[];
}

/** What an earlier process of this server has left. */
export interface Heritage {
  readonly firing: Alert[];
  /** Newest first. */
  readonly recent: Alert[];
  readonly lessons: Lesson[];
  readonly figures: FigureHour[];
  readonly budget: BurnTally[];
  readonly excursions: Excursion[];
  readonly missed: { ruleId: string; scope: string | null; atMs: number }[];
}

type StoreDatabase = Pick<Database, 'query' | 'execute'>;

export class AlertStore {
  readonly #database: StoreDatabase;
  readonly #alerts: WriteBehind<Alert>;
  readonly #hours: WriteBehind<StoredHour>;
  readonly #excursions: WriteBehind<Excursion & { id: string }>;

  constructor(database: StoreDatabase) {
    this.#database = database;
    this.#alerts = new WriteBehind({
      rowsMax: ALERTS_WAITING_MAX,
      batchRows: BATCH,
      write: async (alerts) => {
        // Of one alert that changed twice the last word is written: one statement may touch a row but once.
        const last = new Map(alerts.map((alert) => [alert.id, alert]));
        await database.execute(queries.saveAlerts, [JSON.stringify([...last.values()])]);
      },
    });
    this.#hours = new WriteBehind({
      rowsMax: HOURS_WAITING_MAX,
      batchRows: BATCH,
      write: async (hours) => void (await database.execute(queries.saveHours, [JSON.stringify(hours.map(fromHour))])),
    });
    this.#excursions = new WriteBehind({
      rowsMax: EXCURSIONS_WAITING_MAX,
      batchRows: BATCH,
      write: async (rows) =>
        void (await database.execute(queries.saveExcursions, [JSON.stringify(rows.map(fromExcursion))])),
    });
  }

  keep(alert: Alert): void {
    this.#alerts.push(alert);
  }

  keepHour(hour: StoredHour): void {
    this.#hours.push(hour);
  }

  keepExcursions(excursions: readonly Excursion[]): void {
    this.#excursions.push(...excursions.map((one) => ({ ...one, id: createId() })));
  }

  /** Alerts that are not written yet, the last word of each. */
  get waiting(): Alert[] {
    return [...new Map(this.#alerts.waiting.map((alert) => [alert.id, alert])).values()];
  }

  async flush(): Promise<void> {
    await this.#alerts.flush();
    await this.#hours.flush();
    await this.#excursions.flush();
  }

  async list(
    state: Alert['state'] | null,
    before: { atMs: number; id: string } | null,
    limit: number,
  ): Promise<Alert[]> {
    const at = before === null ? null : new Date(before.atMs).toISOString();
    const rows = await this.#database.query(queries.listAlerts, [state, at, before?.id ?? null, limit]);
    return rows.map(toAlert);
  }

  async read(id: string): Promise<Alert | undefined> {
    const [row] = await this.#database.query(queries.readAlert, [id]);
    return row && toAlert(row);
  }

  async saveLesson({ atMs, logFactor, ruleId, scope, words }: Lesson): Promise<void> {
    const learntAt = new Date(atMs).toISOString();
    await this.#database.execute(queries.saveLesson, [ruleId, scope, logFactor, words, learntAt]);
  }

  async saveMissed(missed: {
    ruleId: string;
    scope: string | null;
    at: string;
    note: string;
    by: string;
  }): Promise<void> {
    const { at, by, note, ruleId, scope } = missed;
    await this.#database.execute(queries.saveMissed, [createId(), ruleId, scope, at, note, by]);
  }

  async restore(): Promise<Heritage> {
    const database = this.#database;
    const firing = await database.query(queries.readFiringAlerts, [RESTORED.firing]);
    const recent = await database.query(queries.listAlerts, ['resolved', null, null, RESTORED.alerts]);
    const lessons = await database.query(queries.readLessons, [RESTORED.lessons]);
    const hours = await database.query(queries.readHours, [KEPT.baselineWeeks, RESTORED.hours]);
    const excursions = await database.query(queries.readExcursions, [RESTORED.excursions]);
    const missed = await database.query(queries.readMissed, [RESTORED.missed]);
    return {
      firing: firing.map(toAlert),
      recent: recent.map(toAlert),
      lessons: lessons.map(({ learntAt, ...rest }) => ({ ...rest, atMs: learntAt.getTime() })),
      figures: hours.flatMap(toFigures),
      budget: hours.flatMap(({ budget }) => budget.map(([atMs, requests, failed]) => ({ atMs, requests, failed }))),
      excursions: excursions.reverse().map(toExcursion),
      missed: missed.map(({ missedAt, ...rest }) => ({ ...rest, atMs: missedAt.getTime() })),
    };
  }

  async deleteOld(): Promise<void> {
    const { alertDays, baselineWeeks, excursionDays } = KEPT;
    const all = async (once: () => Promise<number>) => {
      while ((await once()) === DELETED_AT_ONCE);
    };
    await all(() => this.#database.execute(queries.deleteOldAlerts, [alertDays, DELETED_AT_ONCE]));
    await all(() => this.#database.execute(queries.deleteOldHours, [baselineWeeks, DELETED_AT_ONCE]));
    await all(() => this.#database.execute(queries.deleteOldExcursions, [excursionDays, DELETED_AT_ONCE]));
  }
}

function toAlert({ resolvedAt, startedAt, ...row }: queries.AlertRow): Alert {
  return { ...row, startedAt: startedAt.toISOString(), resolvedAt: resolvedAt?.toISOString() ?? null };
}

/** Six digits are more than any figure has. */
const short = (value: number) => Number(value.toPrecision(6));

function fromHour({ budget, figures, hour }: StoredHour) {
  return {
    hour: new Date(hour * HOUR_MS).toISOString(),
    figures: figures.map(({ count, mad, median, scope, series }) => [series, scope, short(median), short(mad), count]),
    budget: budget.map(({ atMs, failed, requests }) => [atMs, short(requests), short(failed)]),
  };
}

function toFigures({ figures, hour }: queries.HourRow): FigureHour[] {
  const number = Math.floor(hour.getTime() / HOUR_MS);
  return figures.map(([series, scope, median, mad, count]) => ({ series, scope, hour: number, median, mad, count }));
}

function fromExcursion({ points, ...rest }: Excursion & { id: string }) {
  const beganMs = points[0]?.atMs ?? 0;
  return {
    ...rest,
    beganAt: new Date(beganMs).toISOString(),
    points: points.map(({ atMs, score }) => [atMs - beganMs, Number(score.toPrecision(4))]),
  };
}

function toExcursion({ beganAt, points, ...rest }: queries.ExcursionRow): Excursion {
  const beganMs = beganAt.getTime();
  return { ...rest, points: points.map(([sinceMs, score]) => ({ atMs: beganMs + sinceMs, score })) };
}
