import { expect, test } from 'vitest';
import { errorWords, ledgerWords, timesScale } from '../../../../main/console/planner/advice/ledger-words.ts';

const totals = { done: 0, helped: 0, didNotHelp: 0, waiting: 0, millisecondsPerDay: 0, predictionError: null };

test('what was followed is said with what became of it', () => {
  expect(ledgerWords({ ...totals, done: 4, helped: 2, didNotHelp: 1, waiting: 1, millisecondsPerDay: 5.4e6 })).toBe(
    '4 pieces of advice were followed: 2 helped, 1 did not, 1 is being measured. Postgres is busy 1.5 h less in a day.',
  );
  expect(ledgerWords({ ...totals, done: 1, waiting: 1 })).toBe(
    'One piece of advice was followed, and is being measured.',
  );
  expect(ledgerWords({ ...totals, done: 1 })).toBe('1 piece of advice was followed.');
});

test('an error of prediction is a factor, and a small one is none', () => {
  expect([null, 1.01, 1.18, 24.4].map(errorWords)).toEqual([
    ...['', 'predicted exactly', 'predicted to a factor of 1.2', 'predicted to a factor of 24'],
  ]);
});

test('factors stand by powers on one scale, from 1 or from what became worse', () => {
  const scale = timesScale([100, 10, null]);
  expect([1, 10, 100].map(scale)).toEqual([0, expect.closeTo(0.5), expect.closeTo(1)]);
  const worse = timesScale([4, 0.25]);
  expect([0.25, 1, 4].map(worse)).toEqual([expect.closeTo(0), expect.closeTo(0.5), expect.closeTo(1)]);
  expect(timesScale([])(1)).toBe(0);
});
