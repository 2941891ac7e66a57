import { Registry } from 'prom-client';
import { beforeEach, describe, expect, test } from 'vitest';
import { ReadingMetrics } from '../../../main/monitor/metrics/reading-metrics.ts';

let nowMs: number;
let registry: Registry;
let metrics: ReadingMetrics;
beforeEach(() => {
  nowMs = 1_000_000;
  registry = new Registry();
  metrics = new ReadingMetrics(registry, { monotonicMs: () => nowMs });
});

const publish = (name: string, value: number, scope = '') => metrics.onReadings(0, [{ name, scope, value }]);
/** The lines of values that begin with the name. */
async function lines(name: string): Promise<string[]> {
  const text = await registry.metrics();
  return text.split('\n').filter((line) => line.startsWith(name));
}

describe('a figure of the hub', () => {
  test('is a gauge in base units, with its labels', async () => {
    publish('users.hurt', 3);
    publish('server.longestTransactionMs', 2_500);
    publish('replica.lagMs', 120, 'standby-1');
    publish('logIn.failedPerSecond', 0.5);
    expect(await lines('aquifer_users_hurt')).toEqual(['aquifer_users_hurt 3']);
    expect(await lines('aquifer_postgres_longest')).toEqual(['aquifer_postgres_longest_transaction_seconds 2.5']);
    expect(await lines('aquifer_postgres_replica_lag_s')).toEqual([
      'aquifer_postgres_replica_lag_seconds{replica="standby-1"} 0.12',
    ]);
    expect(await lines('aquifer_log_ins')).toEqual(['aquifer_log_ins_per_second{outcome="failed"} 0.5']);
  });

  test('that was never told has no value, not even zero', async () => {
    expect(await lines('aquifer_')).toEqual([]);
  });

  test('that nobody exposes is left out', async () => {
    publish('table.rows', 5, 'public.orders');
    expect(await registry.metrics()).not.toContain('orders');
  });

  test('goes when it is told no more, sooner the oftener it was told', async () => {
    publish('users.hurt', 3);
    nowMs += 1_000;
    publish('users.hurt', 4);
    publish('disk.freeBytes', 7);
    nowMs += 300_000;
    publish('disk.freeBytes', 8);
    expect(await lines('aquifer_users_hurt')).toEqual([]);
    nowMs += 600_000;
    expect(await lines('aquifer_postgres_disk_free_bytes')).toEqual(['aquifer_postgres_disk_free_bytes 8']);
    nowMs += 400_000;
    expect(await lines('aquifer_postgres_disk_free_bytes')).toEqual([]);
  });

  test('of one statement goes while another stays', async () => {
    publish('statement.callsPerSecond', 1, 'a');
    publish('statement.callsPerSecond', 2, 'b');
    for (let step = 0; step < 10; step += 1) {
      nowMs += 10_000;
      publish('statement.callsPerSecond', 2, 'b');
      if (step === 0) publish('statement.callsPerSecond', 1, 'a');
    }
    expect(await lines('aquifer_statement_calls')).toEqual(['aquifer_statement_calls_per_second{statement="b"} 2']);
  });

  test('has a bound on what its label can be, in number and in length', async () => {
    for (let index = 0; index < 500; index += 1) publish('statement.meanMs', 1, `${index}${'x'.repeat(1_000)}`);
    const all = await lines('aquifer_statement_mean');
    expect(all).toHaveLength(100);
    expect(Math.max(...all.map(({ length }) => length))).toBeLessThan(280);
  });
});
