/**
 * The same weeks as static thresholds see them, as PgHero 3 and pganalyze ship them, of those of their checks that these weeks
 * have figures for. PgHero: `lib/pghero.rb` and `home_controller.rb` (a query of 60 s, 20 ms on the average with 100 calls over
 * three hours, 500 connections, 5 s of lag, 1,500 million transactions left). pganalyze: its documented checks (a query active
 * for 1,800 s, a transaction idle for 1,800 s, a query that blocks three others for 300 s, half the way to wraparound).
 *
 * One alert for each check and each thing it is about, until it has been quiet for as long as ours have to be.
 */

import type { SimulatedSession } from './conditions.ts';
import type { RaisedAlert } from './score.ts';
import type { Step } from './timeline.ts';

const CHECK_EVERY_MS = 60_000;
const SETTLE_MS = 120_000;
const THREE_HOURS_MS = 3 * 3_600_000;
const XID_MAX = 2_147_483_648;

interface Moment {
  readonly atMs: number;
  readonly sessions: readonly SimulatedSession[];
  readonly figureOf: (name: string) => number | undefined;
  readonly slow: () => string[];
}

type Check = (moment: Moment) => string[];

const longer = (sessions: readonly SimulatedSession[], state: SimulatedSession['state'], atMs: number, ms: number) => [
  ...new Set(
    sessions.filter((one) => one.state === state && atMs - one.sinceMs > ms).map(({ statement }) => statement),
  ),
];

const when = (isSo: boolean): string[] => (isSo ? [''] : []);

export const pgHero: Readonly<Record<string, Check>> = {
  'long running queries': ({ atMs, sessions }) => longer(sessions, 'active', atMs, 60_000),
  'slow queries': ({ slow }) => slow(),
  connections: ({ figureOf: of }) => when((of('server.connections') ?? 0) >= 500),
  'replication lag': ({ figureOf: of }) => when((of('replica.lagMs') ?? 0) >= 5_000),
  'transaction ids': ({ figureOf: of }) => when(XID_MAX - (of('vacuum.oldestXidAge') ?? 0) < 1_500_000_000),
};

export const pgAnalyze: Readonly<Record<string, Check>> = {
  'active query': ({ atMs, sessions }) => longer(sessions, 'active', atMs, 1_800_000),
  'idle transaction': ({ atMs, sessions }) => longer(sessions, 'idle in transaction', atMs, 1_800_000),
  'blocking query': ({ atMs, sessions }) => {
    const blocked = sessions.filter(({ blockedBy }) => blockedBy !== undefined);
    return when(blocked.length >= 3 && blocked.some(({ sinceMs }) => atMs - sinceMs > 300_000));
  },
  'transaction ids': ({ figureOf: of }) => when((of('vacuum.oldestXidAge') ?? 0) > XID_MAX / 2),
};

/** Takes one step after the other. */
export function createStaticJudge(checks: Readonly<Record<string, Check>>) {
  const raised: RaisedAlert[] = [];
  const open = new Map<string, RaisedAlert>();
  const calls = new SlowQueries();
  const latest = new Map<string, number>();
  const note = (rule: string, scope: string, atMs: number) => {
    const key = `${rule} ${scope}`;
    const known = open.get(key);
    if (known) {
      known.toMs = atMs;
      return;
    }
    const alert = { rule, scope, sentence: key, fromMs: atMs, toMs: atMs };
    open.set(key, alert);
    raised.push(alert);
  };
  const add = ({ atMs, readings, sessions }: Step) => {
    for (const { name, value } of readings) latest.set(name, value);
    calls.add(atMs, readings);
    if (atMs % CHECK_EVERY_MS !== 0) return;
    const moment: Moment = { atMs, sessions, figureOf: (name) => latest.get(name), slow: () => calls.list() };
    for (const [rule, check] of Object.entries(checks)) for (const scope of check(moment)) note(rule, scope, atMs);
    for (const [key, alert] of open) if (atMs - alert.toMs >= SETTLE_MS) open.delete(key);
  };
  return { add, alerts: (): readonly RaisedAlert[] => raised };
}

/** Calls and time of each statement, over three hours, by the minute. */
class SlowQueries {
  readonly #byStatement = new Map<string, { atMs: number; calls: number; ms: number }[]>();

  add(atMs: number, readings: Step['readings']): void {
    const means = new Map(
      readings.filter(({ name }) => name === 'statement.meanMs').map((one) => [one.scope, one.value]),
    );
    for (const { name, scope, value } of readings) {
      if (name !== 'statement.callsPerSecond') continue;
      const list = this.#byStatement.get(scope) ?? [];
      this.#byStatement.set(scope, list);
      const minute = Math.floor(atMs / CHECK_EVERY_MS) * CHECK_EVERY_MS;
      let last = list.at(-1);
      if (last?.atMs !== minute) {
        last = { atMs: minute, calls: 0, ms: 0 };
        list.push(last);
        if ((list[0]?.atMs ?? 0) < atMs - THREE_HOURS_MS) list.shift();
      }
      last.calls += value * 10;
      last.ms += value * 10 * (means.get(scope) ?? 0);
    }
  }

  list(): string[] {
    const slow: string[] = [];
    for (const [statement, minutes] of this.#byStatement) {
      const calls = minutes.reduce((sum, one) => sum + one.calls, 0);
      const ms = minutes.reduce((sum, one) => sum + one.ms, 0);
      if (calls >= 100 && ms / calls >= 20) slow.push(statement);
    }
    return slow;
  }
}
