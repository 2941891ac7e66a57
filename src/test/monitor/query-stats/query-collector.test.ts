/** Counting, closing minutes and writing them behind, on a clock that the test moves. */

import { beforeEach, expect, test } from 'vitest';
import type { StatementOutcome } from '../../../main/database/index.ts';
import { AppError } from '../../../main/foundation/errors.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import type { Calls } from '../../../main/monitor/query-stats/call-table.ts';
import { MemoryQueryStore } from '../../../main/monitor/query-stats/memory-query-store.ts';
import { QueryCollector } from '../../../main/monitor/query-stats/query-collector.ts';
import type { WrittenStep } from '../../../main/monitor/query-stats/query-store.ts';
import { createTotals, type SeriesStep, sumOf } from '../../../main/monitor/query-stats/series.ts';
import { HOUR_MS, MINUTE_MS } from '../../../main/monitor/query-stats/spans.ts';
import { StatementDirectory } from '../../../main/monitor/query-stats/statement-directory.ts';

const START_MS = Date.parse('2026-11-23T10:00:00.000Z');
const HOUR = { fromMs: START_MS, toMs: START_MS + HOUR_MS };

/** A store that can be away, or slow. */
class FlakyStore extends MemoryQueryStore {
  isAway = false;
  isUnfit = false;
  duringRead: (() => Promise<void>) | undefined;
  written = 0;

  override async write(steps: readonly WrittenStep[], facts: Parameters<MemoryQueryStore['write']>[1]): Promise<void> {
    if (this.isAway) throw new Error('the database is away');
    if (this.isUnfit) throw new AppError('invalid', 'value_malformed', 'A value does not have the form of its type.');
    this.written += steps.length;
    await super.write(steps, facts);
  }

  override async read(...given: Parameters<MemoryQueryStore['read']>) {
    const during = this.duringRead;
    this.duringRead = undefined;
    await during?.();
    return super.read(...given);
  }
}

let nowMs: number;
let mayWrite: boolean;
let slices: number[];
let minutes: SeriesStep[];
let store: FlakyStore;
let collector: QueryCollector;
const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };

beforeEach(() => {
  nowMs = START_MS + 5_000;
  mayWrite = true;
  slices = [];
  minutes = [];
  store = new FlakyStore(clock);
  collector = new QueryCollector({
    ...{ store, directory: new StatementDirectory(), clock, mayWrite: () => mayWrite },
    logger: createLogger({ level: 'silent' }),
    onSlice: (calls: readonly Calls[]) => slices.push(sumOf(calls.map(toSeries)).calls),
    onMinute: (steps) => minutes.push(...steps),
  });
});

const toSeries = ({ route, totals }: Calls) => ({ statementId: '', route, isServer: false, totals });

function run(count: number, some: Partial<StatementOutcome> = {}): void {
  for (let call = 0; call < count; call += 1) {
    collector.ended({ statement: 'select ?', lane: 'bulk', durationMs: 2, rows: 1, origin: undefined, ...some });
  }
}

function advance(ms: number): void {
  for (let passed = 0; passed < ms; passed += 1_000) {
    nowMs += 1_000;
    collector.tick();
  }
}

const callsOf = async () => sumOf((await collector.read(HOUR)).series).calls;

test('what ends is told at once, every ten seconds to whoever follows, and every minute to the store', async () => {
  run(3);
  expect(await callsOf()).toBe(3);
  advance(30_000);
  expect(slices).toEqual([3, 0, 0]);
  run(2);
  advance(30_000);
  expect(minutes.map(({ atMs, totals }) => [atMs, totals.calls])).toEqual([[START_MS, 5]]);
  expect(await callsOf()).toBe(5);
  await collector.flush();
  expect(store.written).toBe(1);
  run(1);
  expect(await callsOf()).toBe(6);
});

test('while the store is away, nothing is lost and all of it is answered', async () => {
  store.isAway = true;
  for (let minute = 0; minute < 3; minute += 1) {
    run(1, { origin: { route: `GET /${minute}` } });
    advance(MINUTE_MS);
    await expect(collector.flush()).rejects.toThrow('away');
  }
  expect(await callsOf()).toBe(3);
  store.isAway = false;
  await collector.flush();
  expect(store.written).toBe(3);
  expect(await callsOf()).toBe(3);
  expect(collector.dropped).toBe(0);
});

test('it keeps an hour at least, and says how much it lost of a longer absence', async () => {
  store.isAway = true;
  for (let minute = 0; minute < 150; minute += 1) {
    for (let statement = 0; statement < 70; statement += 1) run(1, { statement: `select ? as column_${statement}` });
    advance(MINUTE_MS);
  }
  // Fifty by name and everything else, each minute.
  expect(minutes).toHaveLength(150 * 51);
  expect(collector.dropped).toBeGreaterThan(0);
  expect(collector.dropped).toBeLessThanOrEqual(90 * 51);
});

test('what the store will never take does not stand in the way of the next', async () => {
  run(1);
  advance(MINUTE_MS);
  store.isUnfit = true;
  await collector.flush();
  expect(collector.dropped).toBe(1);
  store.isUnfit = false;
  run(2);
  advance(MINUTE_MS);
  await collector.flush();
  expect(await callsOf()).toBe(2);
});

test('a batch that is written while somebody reads is counted once', async () => {
  run(4);
  advance(MINUTE_MS);
  store.duringRead = () => collector.flush();
  expect(await callsOf()).toBe(4);
  expect(store.written).toBe(1);
});

test('where it may not write it waits, and its end is written too', async () => {
  run(1);
  advance(MINUTE_MS);
  mayWrite = false;
  await collector.flush();
  expect(store.written).toBe(0);
  expect(await callsOf()).toBe(1);
  mayWrite = true;
  run(1);
  await collector.flushLast();
  expect(store.written).toBe(2);
  expect(await callsOf()).toBe(2);
});

test('what Postgres counted in a minute is part of what is answered, for one statement too', async () => {
  const server = { statementId: 'abc', route: '', isServer: true, atMs: START_MS };
  collector.addServer([{ ...server, totals: { ...createTotals(), calls: 9, hitBlocks: 90 } }]);
  run(1);
  const { series } = await collector.read(HOUR, 'abc');
  expect(series).toMatchObject([{ isServer: true, totals: { calls: 9, hitBlocks: 90 } }]);
  const steps = await collector.readSteps('abc', HOUR, 15 * MINUTE_MS);
  expect(steps).toMatchObject([{ atMs: START_MS, totals: { calls: 9 } }]);
  expect(minutes).toHaveLength(1);
});
