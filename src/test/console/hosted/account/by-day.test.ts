import { expect, test } from 'vitest';
import { byDay } from '../../../../main/console/hosted/account/by-day.ts';

/** In the zone of whoever runs the test, as a page does. */
const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString();

test('events are told by the days of the reader’s zone, in the order they come', () => {
  const events = [at(23, 9), at(23, 0), at(22, 23), at(20, 12)].map((time) => ({ at: time }));
  const days = byDay(events);
  expect(days.map(({ key, events: ofDay }) => [key, ofDay.length])).toEqual([
    ['2026-11-23', 2],
    ['2026-11-22', 1],
    ['2026-11-20', 1],
  ]);
  expect(days[0]?.at).toBe(at(23, 9));
  expect(byDay([])).toEqual([]);
});
