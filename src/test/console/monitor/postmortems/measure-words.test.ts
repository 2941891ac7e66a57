import { expect, test } from 'vitest';
import type { Measure } from '../../../../main/client/index.ts';
import { checkWords, measureGroups } from '../../../../main/console/monitor/postmortems/measure-words.ts';

const measure = (key: string, kind: Measure['kind']) => ({ key, kind }) as Measure;

test('what cures comes before what prevents; a kind without any is left out', () => {
  const groups = measureGroups([measure('a', 'preventive'), measure('b', 'corrective'), measure('c', 'corrective')]);
  expect(groups.map(({ kind, measures }) => [kind, measures.map(({ key }) => key)])).toEqual([
    ['corrective', ['b', 'c']],
    ['preventive', ['a']],
  ]);
  expect(measureGroups([measure('a', 'preventive')])).toHaveLength(1);
});

test('what does not hold is to be looked at, what cannot be told is not', () => {
  expect(checkWords('does_not_hold').tone).toBe('warn');
  expect(checkWords('cannot_tell').tone).toBe('plain');
});
