import { expect, test } from 'vitest';
import { SampleRecorder } from '../../../main/monitor/samples/recorder.ts';
import type { SampleBlock } from '../../../main/monitor/samples/sample-block.ts';

const START_MS = Date.UTC(2026, 10, 23, 8);
const SECOND_MS = 1_000;

function record() {
  const blocks: SampleBlock[] = [];
  return { blocks, recorder: new SampleRecorder((block) => blocks.push(block)) };
}

const reading = (name: string, value: number, scope = '') => ({ name, scope, value });

test('a minute is handed on when the next begins, in steps of ten seconds', () => {
  const { blocks, recorder } = record();
  for (let second = 0; second < 60; second += 1) {
    recorder.add(START_MS + second * SECOND_MS, [reading('a', second), reading('b', 1, 'x')]);
  }
  expect(blocks).toEqual([]);
  expect(recorder.openBlock('a')?.series.get('')?.mean[5]).toBe(54.5);
  recorder.add(START_MS + 60 * SECOND_MS, [reading('a', 7)]);
  expect(blocks.map(({ name }) => name)).toEqual(['a', 'b']);
  const [a] = blocks as [SampleBlock];
  expect(a).toMatchObject({ startMs: START_MS, stepMs: 10_000, steps: 6 });
  expect([...(a.series.get('')?.mean ?? [])]).toEqual([4.5, 14.5, 24.5, 34.5, 44.5, 54.5]);
  expect([...(a.series.get('')?.max ?? [])]).toEqual([9, 19, 29, 39, 49, 59]);
  expect(recorder.openBlock('a')?.startMs).toBe(START_MS + 60_000);
  expect(recorder.openBlock('b')).toBeUndefined();
});

test('the end hands on what there is, and time alone does it too', () => {
  const { blocks, recorder } = record();
  recorder.add(START_MS, [reading('a', 1)]);
  recorder.closeBefore(START_MS + 59_999);
  expect(blocks).toHaveLength(0);
  recorder.closeBefore(START_MS + 60_000);
  expect(blocks).toHaveLength(1);
  recorder.add(START_MS + 61_000, [reading('a', 1)]);
  recorder.closeAll();
  expect(blocks).toHaveLength(2);
  recorder.closeAll();
  expect(blocks).toHaveLength(2);
});

test('what is no number, and what belongs to a minute that is gone, is left out', () => {
  const { blocks, recorder } = record();
  recorder.add(START_MS + 60_000, [reading('a', Number.NaN), reading('a', Number.POSITIVE_INFINITY), reading('b', 1)]);
  recorder.add(START_MS + 59_000, [reading('b', 100), reading('c', 100)]);
  expect(recorder.openBlock('c')).toBeUndefined();
  recorder.closeAll();
  expect(blocks.map(({ name }) => name)).toEqual(['b']);
  expect(blocks[0]?.series.get('')?.max[0]).toBe(1);
});

test('scopes that somebody else chooses fill nothing: the first 250 of a name, 4,000 in all, and the rest is counted', () => {
  const { blocks, recorder } = record();
  const many = Array.from({ length: 300 }, (_, scope) => reading('http.p99Ms', 1, `GET /${scope}`));
  recorder.add(START_MS, many);
  recorder.add(START_MS + SECOND_MS, many);
  expect(recorder.refused).toBe(100);
  for (let name = 0; name < 20; name += 1)
    recorder.add(
      START_MS,
      many.map((one) => ({ ...one, name: `n${name}` })),
    );
  recorder.closeAll();
  expect(blocks.reduce((sum, { series }) => sum + series.size, 0)).toBe(4_000);
  const cut = record();
  cut.recorder.add(START_MS, [reading('a', 1, 'x'.repeat(5_000))]);
  cut.recorder.closeAll();
  expect([...(cut.blocks[0]?.series.keys() ?? [])]).toEqual(['x'.repeat(200)]);
});
