/** The figures of a busy server, second by second: a daily rhythm, noise from a seed, and what stands still standing still. */

import { laneNames } from '../../main/database/index.ts';
import type { Reading } from '../../main/monitor/samples/reading-hub.ts';

const ROUTES = 30;
const STATEMENTS = 30;
const TABLES = 60;
const DAY_SECONDS = 86_400;

/** @returns what is published in that second of the day */
export function createBusyDay(seed = 7): (second: number) => Reading[] {
  const random = createRandom(seed);
  const around = (middle: number, spread: number) => middle * (1 + spread * (random() + random() + random() - 1.5));
  const count = (middle: number) => Math.max(0, Math.round(around(middle, 0.6)));
  return (second) => {
    const busy = 0.55 - 0.45 * Math.cos((2 * Math.PI * second) / DAY_SECONDS);
    const readings = [...everySecond(busy, { around, count })];
    if (second % 5 === 0) readings.push(...ofActivity(busy, count));
    if (second % 10 === 0) readings.push(...everyTenSeconds(busy, second, around));
    if (second % 600 === 0) readings.push(...ofTables(second, around));
    return readings;
  };
}

interface Chance {
  around: (middle: number, spread: number) => number;
  count: (middle: number) => number;
}

const figure = (name: string, value: number, scope = ''): Reading => ({ name, scope, value });

function* everySecond(busy: number, { around, count }: Chance): Generator<Reading> {
  for (const [rank, lane] of laneNames.entries()) {
    const share = rank / laneNames.length;
    yield figure('pool.inUse', count(3 * busy * share), lane);
    yield figure('pool.waiting', count(0.3 * busy * share), lane);
    yield figure('pool.waitP99Ms', around(4 * busy * share, 0.8), lane);
    yield figure('pool.refusedPerSecond', 0, lane);
    yield figure('pool.acquiredPerSecond', count(400 * busy * share), lane);
  }
  yield figure('pool.open', 12);
  yield figure('pool.limit', 16);
  yield figure('pool.share', 16);
  yield figure('process.loopDelayP99Ms', around(2, 0.9));
  yield figure('process.rssBytes', around(180_000_000, 0.02));
  yield figure('process.heapBytes', around(60_000_000, 0.3));
  yield figure('process.cpuShare', around(0.5 * busy, 0.3));
  for (let route = 0; route < ROUTES; route += 1) {
    yield figure('http.requestsPerSecond', count((60 * busy) / (route + 1)), `GET /v1/thing/${route}`);
    yield figure('http.failedPerSecond', 0, `GET /v1/thing/${route}`);
    yield figure('http.p99Ms', around(12 + route, 0.6), `GET /v1/thing/${route}`);
  }
  yield figure('users.active', count(400 * busy));
  yield figure('users.hurt', 0);
  yield figure('logIn.succeededPerSecond', count(2 * busy));
  yield figure('logIn.failedPerSecond', count(0.2));
  yield figure('logIn.refusedPerSecond', 0);
}

function* ofActivity(busy: number, count: Chance['count']): Generator<Reading> {
  yield figure('server.active', count(4 * busy));
  yield figure('server.idleInTransaction', count(0.5));
  yield figure('server.longestTransactionMs', count(80));
  yield figure('locks.waiting', 0);
}

function* everyTenSeconds(busy: number, second: number, around: Chance['around']): Generator<Reading> {
  const rates = ['commits', 'rollbacks', 'deadlocks', 'tempBytes', 'walBytes'];
  for (const [rank, rate] of rates.entries())
    yield figure(`server.${rate}PerSecond`, rank % 2 ? 0 : around(900 * busy, 0.4));
  yield figure('server.connections', 14);
  yield figure('server.connectionsMax', 100);
  yield figure('server.cacheHitShare', around(0.99, 0.004));
  yield figure('server.checkpointsTimedPerHour', second % 300 === 0 ? 360 : 0);
  yield figure('server.checkpointsRequestedPerHour', 0);
  yield figure('vacuum.oldestXidAge', 90_000_000 + second * 300);
  yield figure('vacuum.oldestMultixactAge', 1_000);
  yield figure('disk.freeBytes', 80e9 - second * 2_000);
  yield figure('disk.freeShare', 0.4);
  for (let statement = 0; statement < STATEMENTS; statement += 1) {
    const scope = `data.listRecords(collection_${statement})`;
    yield figure('statement.callsPerSecond', around((300 * busy) / (statement + 1), 0.3), scope);
    yield figure('statement.meanMs', around(1.5 + statement, 0.3), scope);
    yield figure('statement.p99Ms', around(9 + statement, 0.6), scope);
    yield figure('statement.blocksPerCall', around(14, 0.1), scope);
  }
}

function* ofTables(second: number, around: Chance['around']): Generator<Reading> {
  yield figure('disk.databaseBytes', 40e9 + second * 2_000);
  for (let table = 0; table < TABLES; table += 1) {
    yield figure('table.rows', 1_000_000 + second * table, `aquifer_data.collection_${table}`);
    yield figure('table.deadShare', around(0.05, 0.5), `aquifer_data.collection_${table}`);
  }
}

/** Mulberry32: small, and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
