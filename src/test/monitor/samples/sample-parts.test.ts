import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../main/database/index.ts';
import { SampleParts } from '../../../main/monitor/samples/sample-parts.ts';
import { TIERS } from '../../../main/monitor/samples/tiers.ts';
import { DAY_MS, HOUR_MS, openSampleDatabase } from '../../support/samples.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12, 30);
let database: Database;

beforeAll(async () => {
  ({ database } = await openSampleDatabase());
});

test('parts are made for the moments they are needed for, by two at once and twice in a row, and listed with their span', async () => {
  const moments = [NOW_MS, NOW_MS + HOUR_MS, NOW_MS + 2 * HOUR_MS];
  await Promise.all([1, 2, 3].map(() => new SampleParts(database).ensure(TIERS.tenSeconds, moments)));
  const parts = new SampleParts(database);
  await parts.ensure(TIERS.minutes, [NOW_MS]);
  await parts.ensure(TIERS.hours, [NOW_MS]);
  const listed = await parts.list();
  expect(listed.map(({ name }) => name)).toEqual([
    ...['sample_10s_2026112312', 'sample_10s_2026112314'],
    ...[expect.stringMatching(/^sample_1h_2026\d{4}00$/), 'sample_1m_2026112300'],
  ]);
  for (const { bytes, fromMs, tier, toMs } of listed) {
    expect(toMs - fromMs).toBe(tier.partMs);
    expect(bytes).toBeGreaterThan(0);
  }
  expect(listed[3]).toMatchObject({ fromMs: Date.UTC(2026, 10, 23), toMs: Date.UTC(2026, 10, 23) + DAY_MS });
});

test('a part is dropped as a whole; nothing else can be', async () => {
  const parts = new SampleParts(database);
  await parts.ensure(TIERS.minutes, [NOW_MS - DAY_MS]);
  await parts.drop({ name: 'sample_1m_2026112200' });
  await parts.drop({ name: 'sample_1m_2026112200' });
  expect((await parts.list()).map(({ name }) => name)).not.toContain('sample_1m_2026112200');
  await expect(parts.drop({ name: 'rule' })).rejects.toThrow(/no part/);
  await expect(parts.drop({ name: 'sample_1m_2026112200; drop table x' })).rejects.toThrow(/no part/);
});
