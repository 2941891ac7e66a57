import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import type { Database } from '../../../main/database/index.ts';
import { DiskCollector } from '../../../main/monitor/samples/disk-collector.ts';
import { openSampleDatabase } from '../../support/samples.ts';

const answering = (dataFolder: string | null) =>
  ({ query: async () => [{ databaseBytes: 5, dataFolder }] }) as unknown as Database;

test('how large the database is comes from Postgres, by whichever role', async () => {
  const { database } = await openSampleDatabase();
  const [size] = await new DiskCollector({ database, isOnThisMachine: () => true }).collectSize();
  expect(size).toMatchObject({ name: 'disk.databaseBytes', scope: '' });
  expect(size?.value).toBeGreaterThan(1_000_000);
});

test('where Postgres is on this machine, the room its disk has', async () => {
  const disk = new DiskCollector({ database: answering(tmpdir()), isOnThisMachine: () => true });
  expect(await disk.collectSpace()).toEqual([]);
  await disk.collectSize();
  const [free, share] = await disk.collectSpace();
  expect(free?.name).toBe('disk.freeBytes');
  expect(free?.value).toBe(disk.space?.freeBytes);
  expect(share?.name).toBe('disk.freeShare');
  expect(share?.value).toBeGreaterThan(0);
  expect(share?.value).toBeLessThanOrEqual(1);
});

test.each([
  ['on another machine', tmpdir(), false],
  ['in a folder that is not told', null, true],
  ['in a folder that is not there', '/no/such/folder', true],
])('%s: nothing is made up', async (_, folder, isHere) => {
  const disk = new DiskCollector({ database: answering(folder), isOnThisMachine: () => isHere });
  await disk.collectSize();
  expect(await disk.collectSpace()).toEqual([]);
  expect(disk.space).toBeNull();
});
