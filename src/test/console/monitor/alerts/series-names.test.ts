import { expect, test } from 'vitest';
import { seriesNames, unitOfSeries } from '../../../../main/console/monitor/alerts/series-names.ts';

test('each figure is offered once, by a name that the server takes', () => {
  const names = seriesNames.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]{1,30}\.[a-z][A-Za-z0-9]{1,60}$/);
});

test('a figure that is not known here has no unit', () => {
  expect(unitOfSeries('pool.waitP99Ms')).toBe('ms');
  expect(unitOfSeries('own.figure')).toBe('');
});
