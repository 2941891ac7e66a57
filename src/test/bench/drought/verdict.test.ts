import { expect, test } from 'vitest';
import { findFaults, judgeSightings, type SeenVerdict } from '../../../bench/drought/verdict.ts';

const T = Date.parse('2026-11-23T12:00:00.000Z');
const at = (ms: number) => new Date(T + ms).toISOString();

function verdict(given: Partial<SeenVerdict> = {}): SeenVerdict {
  return {
    ...{
      id: 'v1',
      kind: 'lock_held',
      sentence: 'psql holds it.',
      detectedAt: at(400),
      namedAt: at(900),
      closedAt: null,
    },
    statement: { name: 'x', text: 'update shop.report_runs set runs = runs + ?' },
    caller: { routes: [{ route: 'GET /reports/lock', share: 1 }], tenants: [] },
    holder: { applicationName: 'psql', isOurs: false, state: 'idle in transaction', route: null },
    ...{ plan: null, evidence: [], actions: [], ...given },
  };
}

const expected = {
  ...{ kinds: ['lock_held'], statement: /report_runs/, route: 'GET /reports/lock' },
  holder: { applicationName: 'psql', isOurs: false },
};

test('a verdict is right only with the kind, the statement, the caller and the holder', () => {
  expect(findFaults(verdict(), expected)).toEqual([]);
  expect(findFaults(verdict({ kind: 'slow_statement' }), expected)).toEqual(['it says slow_statement, not lock_held']);
  expect(findFaults(verdict({ statement: null }), expected)).toEqual(['it names no statement']);
  expect(findFaults(verdict({ caller: { routes: [], tenants: [] } }), expected)).toEqual([
    'it names no route as the caller',
  ]);
  expect(findFaults(verdict({ holder: null }), expected)).toHaveLength(2);
});

test('the instants are the verdict’s own', () => {
  const naming = judgeSightings([{ seenAt: T + 1_000, verdict: verdict() }], expected, { from: T, to: T + 10_000 });
  expect(naming).toMatchObject({ detectedAt: T + 400, namedAt: T + 900, isRight: true, faults: [], earlier: [] });
});

test('a verdict that was wrong first is right from when the right one was seen', () => {
  const sightings = [
    { seenAt: T + 1_000, verdict: verdict({ kind: 'slow_statement', sentence: 'It is slow.' }) },
    { seenAt: T + 2_500, verdict: verdict() },
  ];
  const naming = judgeSightings(sightings, expected, { from: T, to: T + 10_000 });
  expect(naming).toMatchObject({ namedAt: T + 2_500, isRight: true, earlier: ['It is slow.'] });
});

test('a trouble that lasts from before counts from when its new cause is named', () => {
  const before = verdict({ kind: 'server_slow', detectedAt: at(-60_000), namedAt: at(-59_000) });
  const sightings = [
    { seenAt: T - 58_000, verdict: before },
    { seenAt: T + 1_200, verdict: verdict({ detectedAt: at(-60_000), namedAt: at(1_100) }) },
  ];
  const naming = judgeSightings(sightings, expected, { from: T, to: T + 10_000 });
  expect(naming).toMatchObject({ detectedAt: T + 1_100, namedAt: T + 1_100, isRight: true });
});

test('nothing said, and what was said of something else', () => {
  const span = { from: T, to: T + 10_000 };
  expect(judgeSightings([], expected, span)).toMatchObject({
    detectedAt: null,
    namedAt: null,
    verdict: null,
    isRight: false,
  });
  const before = { seenAt: T + 500, verdict: verdict({ detectedAt: at(-60_000), namedAt: at(-59_000) }) };
  expect(judgeSightings([before], expected, span)).toMatchObject({ detectedAt: null, isRight: false });
  const unnamed = { seenAt: T + 500, verdict: verdict({ namedAt: null }) };
  expect(judgeSightings([unnamed], expected, span)).toMatchObject({
    detectedAt: T + 400,
    namedAt: null,
    isRight: false,
  });
});
