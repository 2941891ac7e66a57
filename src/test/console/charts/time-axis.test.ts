import { expect, test } from 'vitest';
import { momentWords, tickWords } from '../../../main/console/charts/time-axis.ts';

/** In the zone of whoever runs it. */
const at = (...parts: [number, number, number, number?, number?, number?]) => new Date(...parts).getTime() / 1000;

test('an axis says as much of the clock as the distance of its ticks needs', () => {
  const ticks = [at(2026, 10, 23, 13, 5, 10), at(2026, 10, 24, 0, 0, 0)];
  expect(tickWords(ticks, 10)).toEqual(['13:05:10', '00:00:00']);
  expect(tickWords(ticks, 300)).toEqual(['13:05', '24 Nov']);
  expect(tickWords(ticks, 86_400)).toEqual(['23 Nov', '24 Nov']);
});

test('a moment has its day where the chart is longer than one', () => {
  const moment = at(2026, 10, 23, 13, 5, 7);
  expect(momentWords(moment, 600)).toBe('13:05:07');
  expect(momentWords(moment, 86_400)).toBe('13:05');
  expect(momentWords(moment, 604_800)).toBe('23 Nov 13:05');
});
