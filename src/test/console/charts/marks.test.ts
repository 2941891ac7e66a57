import { expect, test } from 'vitest';
import { type Mark, markLook, nearestMark, placeMarks } from '../../../main/console/charts/marks.ts';

const mark = (at: number, label = `at ${at}`): Mark => ({ at, label });

test('the mark that is meant is the nearest within reach, and never one without a name', () => {
  const marks = [mark(100), mark(110), mark(112, '')];
  expect(nearestMark(marks, 106, 10)).toBe(marks[1]);
  expect(nearestMark(marks, 112, 1)).toBeNull();
  expect(nearestMark(marks, 300, 10)).toBeNull();
});

test('a mark outside of the chart is not drawn, and a label has the room up to the next mark', () => {
  const placed = placeMarks([mark(50), mark(10), mark(-5), mark(500)], (at) => at, 100);
  expect(placed.map(({ mark: { at }, room }) => [at, room])).toEqual([
    [10, 40],
    [50, 50],
  ]);
});

test('kinds are told apart by their line, not by colour alone', () => {
  const looks = (['deploy', 'incident', 'plan'] as const).map((kind) => markLook(kind).dash.join());
  expect(new Set(looks).size).toBe(3);
});
