/**
 * A small application on a small server, by the rules of queues: requests come by the hour of the day and the day of the week,
 * run statements on a pool of twenty connections and two cores, and wait, are refused or fail as these fill. What is measured
 * each ten seconds is what a real server of ours would publish, with the noise of small numbers on it.
 */

import type { Reading } from '../../main/monitor/samples/reading-hub.ts';
import type { Chance } from './chance.ts';
import type { Conditions } from './conditions.ts';

export const STEP_MS = 10_000;
const STEP_SECONDS = STEP_MS / 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** In the busiest hour of a working day. */
const REQUESTS_MAX = 90;
const CONNECTIONS = 20;
const CONNECTIONS_MAX = 200;
const CONNECTIONS_CALM = 24;
/** Beyond so long nobody is kept waiting: he is refused. */
const WAIT_MAX_SECONDS = 3;
const DISK_GB = 500;
const GB = 1024 ** 3;

const routes = [
  ...[{ name: 'GET /v1/data/records', part: 0.42, ms: 14 }],
  ...[{ name: 'PATCH /v1/data/records', part: 0.12, ms: 22 }],
  ...[{ name: 'POST /v1/data/records', part: 0.1, ms: 25 }],
  ...[{ name: 'GET /v1/accounts/me', part: 0.25, ms: 5 }],
  ...[{ name: 'POST /v1/accounts/log-in', part: 0.04, ms: 90 }],
  ...[{ name: 'GET /orders', part: 0.06, ms: 40 }],
  ...[{ name: 'GET /search', part: 0.01, ms: 120 }],
];

/** Calls of each request, and what one takes; those of `critical` are asked on every request. */
const statements = [
  { name: 'accounts.findSession', lane: 'critical', calls: 0.95, ms: 0.6, route: 'GET /v1/accounts/me' },
  { name: 'accounts.findUser', lane: 'critical', calls: 0.05, ms: 1.1, route: 'POST /v1/accounts/log-in' },
  { name: 'data.listRecords', lane: 'interactive', calls: 0.42, ms: 7, route: 'GET /v1/data/records' },
  { name: 'data.updateRecord', lane: 'interactive', calls: 0.12, ms: 4, route: 'PATCH /v1/data/records' },
  { name: 'data.insertRecord', lane: 'interactive', calls: 0.1, ms: 3, route: 'POST /v1/data/records' },
  { name: 'orders.list', lane: 'interactive', calls: 0.06, ms: 18, route: 'GET /orders' },
  { name: 'orders.search', lane: 'interactive', calls: 0.01, ms: 60, route: 'GET /search' },
  { name: 'activity.append', lane: 'background', calls: 0.3, ms: 2, route: '' },
];

/** By the hour of the day, of the busiest. */
const day = [
  ...[0.22, 0.15, 0.11, 0.09, 0.09, 0.12, 0.22, 0.42, 0.68, 0.86, 0.95, 1],
  ...[0.93, 0.9, 0.94, 0.96, 0.92, 0.86, 0.82, 0.84, 0.86, 0.74, 0.54, 0.34],
];
const week = [1, 1.02, 1, 0.98, 0.92, 0.62, 0.66];

interface Queue {
  readonly waitMs: number;
  readonly refused: number;
  readonly waiting: number;
  readonly inUse: number;
}

export class Service {
  readonly #chance: Chance;
  /** Traffic wanders, slowly: what was a moment ago is much of what is. */
  #wander = 0;
  #dayFactor = 1;
  #day = Number.NaN;
  /** Seconds of work that wait. */
  #backlog = 0;
  #replicaBehindSeconds = 0;
  #freeGb = 300;
  #xidAge = 60e6;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** What is published at this step; empty where nothing is measured. */
  step(atMs: number, conditions: Conditions): Reading[] {
    const chance = this.#chance;
    const asked = this.#requestsPerSecond(atMs) * conditions.traffic;
    const requests = chance.poisson(asked * STEP_SECONDS) / STEP_SECONDS;
    const work = this.#work(requests, conditions);
    const waiting = this.#queue(requests, work.offered, conditions);
    const readings = [
      ...this.#ofPool(requests, work, waiting, conditions),
      ...this.#ofHttp(requests, work, waiting, conditions),
      ...this.#ofServer(waiting, conditions),
      ...this.#ofDisk(atMs, conditions),
    ];
    return conditions.isMeasured ? readings : [];
  }

  #requestsPerSecond(atMs: number): number {
    const today = Math.floor(atMs / DAY_MS);
    if (today !== this.#day) {
      this.#day = today;
      this.#dayFactor = this.#chance.around1(0.06);
    }
    this.#wander = 0.995 * this.#wander + 0.1 * 0.12 * this.#chance.normal();
    // 1 January 1970 was a Thursday.
    const weekday = (today + 3) % 7;
    const hour = (atMs % DAY_MS) / HOUR_MS;
    const before = Math.floor(hour);
    const of = (index: number) => day[(index + 24) % 24] ?? 0;
    const byHour = of(before) + (hour - before) * (of(before + 1) - of(before));
    return REQUESTS_MAX * byHour * (week[weekday] ?? 1) * this.#dayFactor * Math.exp(this.#wander);
  }

  /** Milliseconds of each statement at present, and the connections that all of them want at once. */
  #work(requests: number, { cold, cpu, slower }: Conditions) {
    const wanted = statements.reduce(
      (sum, { calls, ms, name }) => sum + requests * calls * ms * (slower.get(name) ?? 1),
      0,
    );
    // Two cores: what others take, and half of what statements take, is processor time.
    const busy = Math.min(0.93, cpu + (0.5 * wanted) / 1_000 / 2);
    const slowness = (cold * 1) / (1 - busy) ** 0.8;
    const means = new Map<string, number>();
    for (const { calls, ms, name } of statements) {
      const ofCalls = Math.max(1, requests * calls * STEP_SECONDS);
      const noise = this.#chance.around1(0.06 + 0.5 / Math.sqrt(ofCalls));
      means.set(name, ms * slowness * (slower.get(name) ?? 1) * noise);
    }
    const offered = (wanted * slowness) / 1_000;
    return { means, offered, slowness };
  }

  /** As a fluid: what is more than can be served waits, and what would wait too long is refused. */
  #queue(requests: number, offered: number, { heldByUsers, heldInBulk }: Conditions): Queue {
    const free = Math.max(0.3, CONNECTIONS - Math.min(6, heldInBulk) - Math.min(CONNECTIONS - 0.3, heldByUsers));
    const surplus = (offered - free) * STEP_SECONDS;
    this.#backlog = Math.max(0, this.#backlog + surplus);
    const most = WAIT_MAX_SECONDS * free;
    const turnedAway = Math.max(0, this.#backlog - most);
    this.#backlog -= turnedAway;
    const perRequest = requests > 0 ? offered / requests : 0;
    const refused = perRequest > 0 ? Math.min(requests, turnedAway / STEP_SECONDS / perRequest) : 0;
    const use = Math.min(0.98, offered / free);
    const chanceWait = (use ** 4 / (1 - use)) * 2 * this.#chance.around1(0.4);
    const waitMs = (this.#backlog / free) * 1_000 + chanceWait;
    return { waitMs, refused, waiting: (requests * waitMs) / 1_000, inUse: Math.min(free, offered) };
  }

  #ofPool(
    requests: number,
    { offered }: { offered: number },
    { inUse, refused, waiting, waitMs }: Queue,
    { heldByUsers, heldInBulk, loopDelayMs }: Conditions,
  ): Reading[] {
    const chance = this.#chance;
    const held = Math.min(CONNECTIONS, inUse + Math.min(6, heldInBulk) + heldByUsers);
    const parts = { critical: 0.3, interactive: 0.7 };
    const readings: Reading[] = [];
    for (const [scope, part] of Object.entries(parts)) {
      // Critical has a guarantee of its own: it waits where the cores are short, and little for connections.
      const ofLane = scope === 'critical' ? 0.4 : 1;
      readings.push({ name: 'pool.waiting', scope, value: waiting * part * ofLane });
      readings.push({
        name: 'pool.waitP99Ms',
        scope,
        value: waitMs * ofLane * chance.around1(0.25) + chance.between(0.05, 0.4),
      });
      readings.push({ name: 'pool.refusedPerSecond', scope, value: refused * part * ofLane });
      readings.push({ name: 'pool.acquiredPerSecond', scope, value: requests * part });
      readings.push({ name: 'pool.inUse', scope, value: inUse * part });
    }
    readings.push({ name: 'pool.inUse', scope: 'bulk', value: Math.min(6, heldInBulk) });
    readings.push({ name: 'pool.usedShare', scope: '', value: held / CONNECTIONS });
    readings.push({ name: 'pool.open', scope: '', value: Math.max(8, Math.ceil(offered)) });
    const pause = chance.uniform() < 0.01 ? chance.between(60, 260) : 0;
    readings.push({ name: 'process.loopDelayP99Ms', scope: '', value: 14 * chance.around1(0.3) + pause + loopDelayMs });
    return readings;
  }

  #ofHttp(
    requests: number,
    { means, slowness }: { means: ReadonlyMap<string, number>; slowness: number },
    { refused, waitMs }: { refused: number; waitMs: number },
    conditions: Conditions,
  ): Reading[] {
    const chance = this.#chance;
    const readings: Reading[] = [];
    let failedInAll = 0;
    for (const { ms, name, part } of routes) {
      const came = requests * part;
      const count = came * STEP_SECONDS;
      const share = Math.min(1, 0.0002 + conditions.failing + (requests > 0 ? refused / requests : 0));
      const failed = Math.min(came, chance.poisson(count * share) / STEP_SECONDS);
      failedInAll += failed;
      const own = statements.find(({ route }) => route === name);
      const inDatabase = own ? (means.get(own.name) ?? 0) : 0;
      // Of few requests the slowest hundredth is the slowest of all, and that is chance.
      const tail = 3.5 * chance.around1(0.15 + 0.6 / Math.sqrt(count + 1));
      const stray = chance.uniform() < 0.01 ? chance.between(1.5, 4) : 1;
      readings.push({ name: 'http.requestsPerSecond', scope: name, value: came });
      readings.push({ name: 'http.failedPerSecond', scope: name, value: failed });
      if (count < 1) continue;
      const value = (ms * slowness ** 0.5 + inDatabase) * tail * stray + waitMs + conditions.loopDelayMs;
      readings.push({ name: 'http.p99Ms', scope: name, value });
    }
    for (const { calls, name } of statements) {
      const perSecond = chance.poisson(requests * calls * STEP_SECONDS) / STEP_SECONDS;
      readings.push({ name: 'statement.callsPerSecond', scope: name, value: perSecond });
      if (perSecond > 0) readings.push({ name: 'statement.meanMs', scope: name, value: means.get(name) ?? 0 });
    }
    const isSlow = waitMs > 2_000;
    const hurtShare = requests > 0 ? Math.min(1, (failedInAll + (isSlow ? requests * 0.2 : 0)) / requests) : 0;
    const active = requests * 8;
    readings.push({ name: 'users.active', scope: '', value: active });
    readings.push({ name: 'users.hurt', scope: '', value: Math.round(active * hurtShare * 0.5) });
    return [...readings, ...this.#ofLogIns(requests, conditions)];
  }

  #ofLogIns(requests: number, { attacks, failing, logInsFailing }: Conditions): Reading[] {
    const chance = this.#chance;
    const tried = chance.poisson(requests * 0.04 * STEP_SECONDS);
    let succeeded = 0;
    for (let each = 0; each < tried; each += 1) {
      if (chance.uniform() > 0.1 && chance.uniform() >= logInsFailing + failing) succeeded += 1;
    }
    const failed = tried - succeeded + chance.poisson(attacks * STEP_SECONDS);
    return [
      { name: 'logIn.succeededPerSecond', scope: '', value: succeeded / STEP_SECONDS },
      { name: 'logIn.failedPerSecond', scope: '', value: failed / STEP_SECONDS },
      { name: 'logIn.refusedPerSecond', scope: '', value: 0 },
    ];
  }

  #ofServer({ inUse }: { inUse: number }, conditions: Conditions): Reading[] {
    const chance = this.#chance;
    const { cacheLost, lockWaiters, otherConnections, replicaFalls, sessions } = conditions;
    const catchesUp = replicaFalls > 0 ? replicaFalls : -2;
    this.#replicaBehindSeconds = Math.max(0, this.#replicaBehindSeconds + catchesUp * STEP_SECONDS);
    const strays = chance.uniform() < 0.02 ? chance.whole(1, 4) : 0;
    const connections = CONNECTIONS_CALM + Math.ceil(inUse / 4) + otherConnections;
    const whole = (name: string, value: number): Reading => ({ name, scope: '', value });
    return [
      whole('server.connections', Math.min(CONNECTIONS_MAX, Math.round(connections))),
      whole('server.connectionsMax', CONNECTIONS_MAX),
      whole('server.active', Math.round(inUse) + sessions.filter(({ state }) => state === 'active').length),
      whole('server.idleInTransaction', sessions.filter(({ state }) => state !== 'active').length),
      whole('locks.waiting', lockWaiters + strays),
      whole('server.cacheHitShare', Math.min(1, 0.994 - cacheLost + 0.001 * chance.normal())),
      whole('server.deadlocksPerSecond', chance.uniform() < 0.001 ? 0.1 : 0),
      {
        name: 'replica.lagMs',
        scope: 'standby',
        value: 120 * chance.around1(0.5) + this.#replicaBehindSeconds * 1_000,
      },
    ];
  }

  #ofDisk(atMs: number, { diskFillsPerHour, diskHeld }: Conditions): Reading[] {
    // An operator makes room again once it is over; old WAL goes by itself.
    if (diskFillsPerHour === 0 && this.#freeGb < 290) this.#freeGb += 0.5;
    this.#freeGb -= ((diskFillsPerHour + 0.04) * STEP_MS) / HOUR_MS;
    this.#freeGb = Math.max(2, this.#freeGb);
    this.#xidAge = this.#xidAge > 190e6 ? 50e6 : this.#xidAge + 350;
    if (atMs % (6 * STEP_MS) !== 0) return [];
    const freeGb = this.#freeGb - diskHeld + 1.5 * this.#chance.normal();
    return [
      { name: 'disk.freeBytes', scope: '', value: freeGb * GB },
      { name: 'disk.freeShare', scope: '', value: freeGb / DISK_GB },
      { name: 'vacuum.oldestXidAge', scope: '', value: this.#xidAge },
    ];
  }
}
