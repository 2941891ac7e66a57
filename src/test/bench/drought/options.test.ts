import { expect, test } from 'vitest';
import { readOptions } from '../../../bench/drought/options.ts';

test('all three kinds, both servers and no causes by default', () => {
  expect(readOptions([])).toMatchObject({
    ...{ kinds: ['sleep', 'cpu', 'lock'], pace: 'default', only: undefined, causes: false, droughts: true },
    ...{ jsonPath: 'drought-report.json', reportPath: 'drought-report.html' },
  });
});

test('the default schedule ends within five minutes, with room for setting up', () => {
  const { lengths, kinds } = readOptions([]) ?? { lengths: { calm: 0, drought: 0, recovery: 0 }, kinds: [] };
  const eachSeconds = lengths.calm + lengths.drought + lengths.recovery;
  const drainSeconds = 10.25;
  expect(kinds.length * (2 * eachSeconds + drainSeconds)).toBeLessThanOrEqual(240);
});

test('kinds keep their order; --full plants the causes too; --causes alone plants only them', () => {
  expect(readOptions(['--kind', 'lock', '--kind', 'sleep'])).toMatchObject({ kinds: ['sleep', 'lock'], causes: false });
  expect(readOptions(['--full'])).toMatchObject({
    lengths: { calm: 30, drought: 60, recovery: 30 },
    causes: true,
    droughts: true,
  });
  expect(readOptions(['--causes'])).toMatchObject({ causes: true, droughts: false });
  expect(readOptions(['--causes', '--kind', 'cpu'])).toMatchObject({ causes: true, droughts: true });
});

test.each([
  [['--kind', 'flood'], /--kind must be sleep, cpu, lock/],
  [['--full', '--quick'], /cannot both/],
  [['--only', 'mine'], /--only must be/],
  [['--seed', 'x'], /--seed must be a whole number/],
  [['--url', 'http://localhost:1'], /--url belongs to --target/],
  [['--phases', '10,40'], /--phases must be three lengths/],
  [['--wrong'], /--wrong/],
])('%j is refused in words', (given, words) => {
  expect(() => readOptions(given)).toThrow(words);
});

test('help is help', () => {
  expect(readOptions(['--kind', 'cpu', '--help'])).toBeNull();
});
