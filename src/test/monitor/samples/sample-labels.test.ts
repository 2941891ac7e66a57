import { beforeAll, expect, test } from 'vitest';
import { type Database, statement } from '../../../main/database/index.ts';
import { SampleLabels } from '../../../main/monitor/samples/sample-labels.ts';
import { DAY_MS, openSampleDatabase } from '../../support/samples.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const age = statement<[label: string]>({
  ...{ name: 'test.ageLabel', lane: 'bulk', deadlineMs: 5_000 },
  text: `update aquifer_monitor.sample_label set last_used_on = current_date - 100 where label = $1`,
});
const readAge = statement<[label: string], { days: number }>({
  ...{ name: 'test.readLabelAge', lane: 'bulk', deadlineMs: 5_000 },
  text: `select current_date - last_used_on as days from aquifer_monitor.sample_label where label = $1`,
});

let database: Database;

beforeAll(async () => {
  ({ database } = await openSampleDatabase());
});

test('each label has one number, for whichever process asks, and by the number the label is found', async () => {
  const mine = await new SampleLabels(database).ensure(['pool.inUse', 'bulk', 'bulk', ''], NOW_MS);
  const others = await new SampleLabels(database).ensure(['bulk', 'pool.inUse', ''], NOW_MS);
  for (const label of ['pool.inUse', 'bulk', '']) expect(others.get(label)).toBe(mine.get(label));
  expect(new Set([...mine.values()]).size).toBe(3);
  const fresh = new SampleLabels(database);
  const id = (await fresh.find('bulk')) as number;
  expect(id).toBe(mine.get('bulk'));
  expect((await new SampleLabels(database).read([id, id])).get(id)).toBe('bulk');
  expect(await fresh.find('never written')).toBeUndefined();
});

test('many processes that come with the same new labels at once do not stand in each other’s way', async () => {
  const labels = Array.from({ length: 200 }, (_, index) => `label ${index}`);
  const asked = [labels, labels.toReversed(), labels, labels.toReversed()];
  const found = await Promise.all(asked.map((each) => new SampleLabels(database).ensure(each, NOW_MS)));
  for (const ids of found) expect(ids.get('label 77')).toBe(found[0]?.get('label 77'));
});

test('that they are in use is said once a day', async () => {
  const labels = new SampleLabels(database);
  const days = async () => (await database.query(readAge, ['in use']))[0]?.days;
  await labels.ensure(['in use'], NOW_MS);
  await database.execute(age, ['in use']);
  await labels.ensure(['in use'], NOW_MS);
  expect(await days()).toBe(100);
  await labels.ensure(['in use'], NOW_MS + DAY_MS);
  expect(await days()).toBe(0);
});
