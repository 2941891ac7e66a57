import { expect, test } from 'vitest';
import { marksOf } from '../../../main/console/monitor/mark-happenings.ts';

const iso = (second: number) => new Date(second * 1000).toISOString();

test('deploys and incidents stand in the order in which they happened; an open incident lasts', () => {
  const marks = marksOf(
    [{ at: iso(20), version: '1.4.2' }],
    [
      { number: 12, openedAt: iso(30), closedAt: null },
      { number: 11, openedAt: iso(5), closedAt: iso(9) },
    ],
  );
  expect(marks).toEqual([
    { at: 5, until: 9, label: 'incident 11', kind: 'incident' },
    { at: 20, label: 'deploy 1.4.2', kind: 'deploy' },
    { at: 30, until: null, label: 'incident 12', kind: 'incident' },
  ]);
});
