import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, createLogger, createReachabilityProbe, type Database } from '../../main/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';

let target: TestDatabase;
let proxy: FaultProxy;
let database: Database;
const lines: { reason?: string }[] = [];
const logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } });

beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
  proxy = await startFaultProxy(target.url);
  database = createDatabase({
    connectionString: proxy.url,
    maxConnections: 8,
    logger: createLogger({ level: 'silent' }),
  });
});
afterAll(async () => {
  await database.close(100);
  await proxy.stop();
  await target.drop();
});

describe('createReachabilityProbe', () => {
  it('says no until it has asked, yes while the database answers, no when it is away or silent, and logs each turn', async () => {
    const probe = createReachabilityProbe(database, logger);
    expect(probe.isReachable()).toBe(false);
    await probe.runOnce();
    expect(probe.isReachable()).toBe(true);
    await proxy.stop();
    await probe.runOnce();
    expect(probe.isReachable()).toBe(false);
    await probe.runOnce();
    await proxy.listen();
    for (let n = 0; n < 50 && !probe.isReachable(); n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await probe.runOnce();
    }
    expect(probe.isReachable()).toBe(true);
    proxy.isSilent = true;
    const startedAtMs = performance.now();
    await probe.runOnce();
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
    expect(probe.isReachable()).toBe(false);
    proxy.isSilent = false;
    expect(lines.map(({ reason }) => reason)).toEqual(['answers', 'silent', 'answers', 'silent']);
  });

  it('asks by itself once started, and no more once stopped', async () => {
    const probe = createReachabilityProbe(database, logger);
    await probe.start();
    for (let n = 0; n < 300 && !probe.isReachable(); n += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(probe.isReachable()).toBe(true);
    await probe.stop();
    await probe.stop();
  });
});
