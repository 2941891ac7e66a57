import { expect, test } from 'vitest';
import { withGaps } from '../../../main/console/monitor/time-gaps.ts';

const step = (at: number) => ({ at, value: at });

test('where steps are missing one without a value is put in, a step after the last', () => {
  expect(withGaps([step(0), step(60), step(600)], 60)).toEqual([
    step(0),
    step(60),
    { at: 120, value: null },
    step(600),
  ]);
});

test('a step that came a little late is no gap', () => {
  expect(withGaps([step(0), step(140)], 60)).toEqual([step(0), step(140)]);
  expect(withGaps([], 60)).toEqual([]);
});
