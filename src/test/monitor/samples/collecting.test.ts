import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createLogger, type Database, laneNames } from '../../../main/database/index.ts';
import type { ActivitySample } from '../../../main/monitor/samples/backend.ts';
import { createCollecting } from '../../../main/monitor/samples/collecting.ts';
import { DiskCollector } from '../../../main/monitor/samples/disk-collector.ts';
import { ReadingHub } from '../../../main/monitor/samples/reading-hub.ts';
import type { SampleStore } from '../../../main/monitor/samples/sample-store.ts';
import { TrackerFan } from '../../../main/monitor/tracker-fan.ts';

const SERVER_ROW = {
  ...{ versionNumber: 180_000, connections: 5, connectionsMax: 100, commits: 1, rollbacks: 0, deadlocks: 0 },
  ...{ tempBytes: 0, blocksHit: 0, blocksRead: 0, walBytes: 0, checkpointsTimed: 0, checkpointsRequested: 0 },
  ...{ oldestXidAge: 7, oldestMultixactAge: 2 },
};

let asked: string[];
let lines: string[];
let written: number;
let closed: number;
let isAway: boolean;
let hub: ReadingHub;
let tellActivity: (sample: ActivitySample) => void;

beforeEach(() => {
  [asked, lines, written, closed, isAway] = [[], [], 0, 0, false];
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

function createServices() {
  const logger = createLogger({ level: 'warn', destination: { write: (line) => void lines.push(line) } });
  hub = new ReadingHub(logger);
  const query = async ({ name }: { name: string }) => {
    asked.push(name);
    if (isAway) throw new Error('the database is away');
    if (name === 'monitor.readSize') return [{ databaseBytes: 3, dataFolder: null }];
    return name === 'monitor.readReplicas' ? [] : [SERVER_ROW];
  };
  const lanes = laneNames.map((name) => ({ name, active: 0, waiting: 0, oldestWaitMs: 0 }));
  const database = { query, snapshot: () => ({ total: 1, limit: 1, share: 1, lanes }) } as unknown as Database;
  const store = {
    write: async () => {
      written += 1;
    },
    close: async () => {
      closed += 1;
    },
  };
  return createCollecting({
    ...{ database, hub, logger, upkeep: null, tracker: new TrackerFan(), store: store as unknown as SampleStore },
    clock: { nowMs: () => Date.now(), monotonicMs: () => Date.now() },
    disk: new DiskCollector({ database, isOnThisMachine: () => false }),
    catalog: { look: async () => void asked.push('catalog') },
    sampler: {
      onSample: (listener) => {
        tellActivity = listener;
        return () => undefined;
      },
    },
  });
}

async function run(seconds: number): Promise<void> {
  const services = createServices();
  for (const service of services) await service.start();
  await vi.advanceTimersByTimeAsync(seconds * 1_000);
  for (const service of services) await service.stop();
}

const times = (name: string) => asked.filter((one) => one === name).length;

test('the pool is measured each second, the server every ten, sizes and the catalog every few minutes', async () => {
  await run(1_245);
  expect(hub.latest('pool.inUse', 'bulk')).toBe(0);
  expect(hub.latest('process.rssBytes')).toBeGreaterThan(0);
  expect(hub.latest('server.connections')).toBe(5);
  expect(hub.latest('disk.databaseBytes')).toBe(3);
  expect(times('monitor.readServer(17)')).toBeGreaterThan(110);
  expect(times('monitor.readServer(17)')).toBeLessThan(130);
  expect(times('monitor.readSize')).toBe(5);
  expect(times('catalog')).toBe(3);
  expect(written).toBeGreaterThan(110);
  expect(closed).toBe(1);
});

test('sessions are counted from the looks that are taken anyhow', async () => {
  createServices();
  tellActivity({ atMs: Date.now(), backends: [], hidden: 0, tookMs: 1 });
  expect(hub.latest('locks.waiting')).toBe(0);
});

test('while the database is away the pool is measured all the same, and what is known is written; that is said once', async () => {
  isAway = true;
  await run(65);
  expect(hub.latest('pool.open')).toBe(1);
  expect(hub.latest('server.connections')).toBeUndefined();
  expect(written).toBeGreaterThan(5);
  expect(lines.filter((line) => line.includes('figures of the server could not be read'))).toHaveLength(1);
});
