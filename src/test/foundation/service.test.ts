import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../../main/foundation/logger.ts';
import { createPeriodicService } from '../../main/foundation/service.ts';

const logger = createLogger({ level: 'silent' });

function counting(workMs = 0) {
  const seen = { runs: 0, atOnce: 0, mostAtOnce: 0 };
  const service = createPeriodicService({
    name: 'test.counting',
    intervalMs: 60_000,
    logger,
    run: async () => {
      seen.atOnce += 1;
      seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.atOnce);
      await sleep(workMs);
      seen.runs += 1;
      seen.atOnce -= 1;
    },
  });
  return { service, seen };
}

describe('a periodic service', () => {
  test('runs at its start, and never twice at once', async () => {
    const { service, seen } = counting(20);
    await service.start();
    await Promise.all([service.runOnce(), service.runOnce(), service.runOnce()]);
    await service.stop();
    expect(seen.mostAtOnce).toBe(1);
    expect(seen.runs).toBeGreaterThanOrEqual(3);
  });

  test('waking it during a run causes one more run, however often', async () => {
    const { service, seen } = counting(30);
    await service.start();
    await sleep(10);
    for (let call = 0; call < 10; call += 1) service.wake();
    await sleep(120);
    await service.stop();
    expect(seen.runs).toBe(2);
  });

  test('may be stopped before it was started, and twice; then it does not run again', async () => {
    const { service, seen } = counting();
    await service.stop();
    await service.start();
    await service.runOnce();
    await service.stop();
    await service.stop();
    const { runs } = seen;
    service.wake();
    await sleep(30);
    expect(seen.runs).toBe(runs);
  });

  test('stopping waits for the run under way, which is told by its signal', async () => {
    let ended = false;
    const service = createPeriodicService({
      name: 'test.slow',
      intervalMs: 60_000,
      logger,
      run: async (signal) => {
        while (!signal.aborted) await sleep(5);
        ended = true;
      },
    });
    await service.start();
    await sleep(20);
    await service.stop();
    expect(ended).toBe(true);
  });

  test('a run that fails does not end it', async () => {
    let runs = 0;
    const service = createPeriodicService({
      name: 'test.failing',
      intervalMs: 5,
      logger,
      run: async () => {
        runs += 1;
        throw new Error('as planned');
      },
    });
    await service.start();
    await sleep(80);
    await service.stop();
    expect(runs).toBeGreaterThan(2);
  });
});
