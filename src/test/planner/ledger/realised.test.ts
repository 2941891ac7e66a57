import { expect, test } from 'vitest';
import { type Observed, realise, type StatementFigures } from '../../../main/planner/ledger/realised.ts';
import { createAdvice, dropAdvice } from '../../support/planner-advice.ts';

const DAY_MS = 86_400_000;

/** @param blocks for each call; null where Postgres does not count */
function figures(calls: number, msPerCall: number, blocks: number | null): StatementFigures {
  const text = 'select id from public.orders where customer = ?';
  return { statement: 'orders.list', text, calls, totalMs: calls * msPerCall, blocksPerCall: blocks };
}

function observe(before: StatementFigures[], after: StatementFigures[], scans = 500): Observed {
  return { before, after, afterMs: DAY_MS, index: { sizeBytes: 90_112, scans }, stage: 'day' };
}

test('blocks tell what became of a statement, whatever else the machine did meanwhile', () => {
  // 50 times was predicted; 40 came true, although it takes twice as long for a reason of its own.
  const realised = realise(createAdvice(), observe([figures(1_000, 61, 400)], [figures(1_000, 122, 10)]));
  expect(realised).toMatchObject({ verdict: 'helped', scans: 500, sizeBytes: 90_112, predictionError: 1.25 });
  expect(realised.statements).toMatchObject([{ basis: 'blocks', realisedTimes: 40, predictedTimes: 50 }]);
  expect(realised.statements[0]?.sentence).toBe(
    'It takes 40 times fewer blocks for each call; 50 times less was predicted.',
  );
});

test('without blocks time tells, and what it saves a day is added up', () => {
  const realised = realise(createAdvice(), observe([figures(500, 60, null)], [figures(1_000, 2, null)]));
  expect(realised).toMatchObject({ verdict: 'helped', millisecondsPerDay: 58_000 });
  expect(realised.statements[0]).toMatchObject({ basis: 'time', realisedTimes: 30 });
  expect(realised.sentence).toContain('It saves about 58 s a day.');
});

test.each([
  [300, 'helped_less'],
  [399, 'did_not_help'],
  [900, 'hurt'],
  [40, 'helped'],
] as const)('from 400 blocks to %d: %s', (blocks, verdict) => {
  const observed = observe([figures(1_000, 60, 400)], [figures(1_000, 60, blocks)]);
  expect(realise(createAdvice(), observed).verdict).toBe(verdict);
});

test('too few calls say nothing; an index that nobody used in a day did not help', () => {
  const few = observe([figures(19, 60, 400)], [figures(1_000, 2, 8)]);
  expect(realise(createAdvice(), few)).toMatchObject({
    ...{ verdict: 'unknown', millisecondsPerDay: null, predictionError: null },
    statements: [{ realisedTimes: null, sentence: 'It was called too rarely to say.' }],
  });
  expect(realise(createAdvice(), observe([], [], 0))).toMatchObject({
    ...{ verdict: 'did_not_help', sentence: 'In a day no statement has used it.' },
  });
  expect(realise(createAdvice(), { ...observe([], [], 0), stage: 'first_hour' }).verdict).toBe('unknown');
});

test('a drop has helped where nobody misses the index, and hurt where one statement does', () => {
  const other: StatementFigures = { ...figures(100, 1, 3), statement: 'users.find', text: 'select id from users' };
  const calm = observe([figures(100, 60, 400), other], [figures(100, 60, 400), { ...other, blocksPerCall: 900 }]);
  expect(realise(dropAdvice(), calm)).toMatchObject({ verdict: 'helped', statements: [{ statement: 'orders.list' }] });
  const missed = observe([figures(100, 2, 10)], [figures(100, 60, 400)]);
  expect(realise(dropAdvice(), missed)).toMatchObject({ verdict: 'hurt' });
  expect(realise(dropAdvice(), missed).sentence).toContain('orders.list is slower without it.');
  expect(realise(dropAdvice(), observe([], [])).verdict).toBe('unknown');
});
