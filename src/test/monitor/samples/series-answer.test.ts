import { describe, expect, test } from 'vitest';
import type { SampleQuery } from '../../../main/monitor/samples/sample-series.ts';
import { answerSeries } from '../../../main/monitor/samples/series-answer.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const HOUR_MS = 3_600_000;

async function ask(request: Partial<Parameters<typeof answerSeries>[0]>) {
  const queries: SampleQuery[] = [];
  const answer = await answerSeries({ name: 'a', ...request }, NOW_MS, async (query) => {
    queries.push(query);
    const points = [{ atMs: query.fromMs, mean: 1 / 3, min: 0, max: 123_456_789 }];
    return { stepMs: 20_000, series: [{ name: query.name, scope: 'x', points }], isComplete: query.name !== 'gone' };
  });
  return { answer, queries };
}

describe('a span', () => {
  test('is the last hour, in steps of ten seconds, unless it is said', async () => {
    const { queries } = await ask({});
    expect(queries).toEqual([{ name: 'a', scope: undefined, fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS, stepMs: 10_000 }]);
  });

  test('from here to there; an answer has no more than about two thousand steps', async () => {
    const { queries } = await ask({ from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00+01:00', stepSeconds: 10 });
    expect(queries[0]).toMatchObject({ fromMs: Date.UTC(2026, 10, 1), toMs: Date.UTC(2026, 10, 1, 23) });
    expect((23 * HOUR_MS) / (queries[0]?.stepMs ?? 0)).toBeLessThanOrEqual(2_200);
  });

  test.each([
    { from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' },
    { from: '2026-11-01T00:00:00Z', to: '2026-11-01T00:00:00Z' },
    { from: '2020-11-01T00:00:00Z' },
    { from: '2026-11-23T13:00:00Z' },
    { from: '2016-12-31T23:59:60Z', to: '2016-12-31T23:59:60Z' },
  ])('that is none is refused: %o', async (request) => {
    await expect(ask(request)).rejects.toMatchObject({ code: 'invalid_span' });
  });
});

test('several names are read one after the other, each once, and what is missing of one is said', async () => {
  const { answer, queries } = await ask({ name: 'a,b,a,gone', scope: 'x' });
  expect(queries.map(({ name, scope }) => [name, scope])).toEqual([
    ['a', 'x'],
    ['b', 'x'],
    ['gone', 'x'],
  ]);
  expect(answer.stepSeconds).toBe(20);
  expect(answer.isComplete).toBe(false);
  expect(answer.series.map(({ name }) => name)).toEqual(['a', 'b', 'gone']);
  expect(answer.series[0]?.points[0]).toEqual({
    at: '2026-11-23T11:00:00.000Z',
    mean: 0.333333,
    min: 0,
    max: 123_457_000,
  });
});
