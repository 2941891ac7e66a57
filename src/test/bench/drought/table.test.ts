import { expect, test } from 'vitest';
import { countMissed } from '../../../bench/drought/result.ts';
import { renderTable, wrap } from '../../../bench/drought/table.ts';
import { percent, seconds } from '../../../bench/drought/words.ts';
import { createResult, createRun } from './made-up-result.ts';

test('the servers stand side by side, in columns', () => {
  const lines = renderTable(createResult()).split('\n');
  const column = lines[0]?.indexOf('Aquifer') ?? 0;
  expect(lines[0]).toMatch(/^ {2}LOCK +The ordinary way +Aquifer$/);
  expect(lines.find((line) => line.includes('Users who saw a failure'))?.slice(column)).toBe('0 %');
  expect(lines.find((line) => line.includes('First report to detected'))?.slice(column)).toBe('0.4 s');
  expect(lines).toContain('  Goals met: 10 of 10.');
  expect(countMissed(createResult())).toBe(0);
});

test('a goal that was missed is said, with what was asked for', () => {
  const hurt = createResult([createRun('aquifer', true)]);
  expect(renderTable(hurt)).toMatch(/missed: users hurt: 100 %, and 0 % was asked for/);
  expect(countMissed(hurt)).toBeGreaterThan(3);
});

test('nobody is rounded away, and nobody is rounded to all', () => {
  expect([percent(1), percent(0.99999), percent(0.00001), percent(0), percent(0.5)]).toEqual([
    ...['100 %', '99.9 %', '0.1 %', '0 %', '50.0 %'],
  ]);
  expect([seconds(null), seconds(0), seconds(440), seconds(12_300)]).toEqual(['–', '0 s', '0.4 s', '12 s']);
});

test('a long cell goes on below', () => {
  expect(wrap('five answered, sixty refused with a reason', 20)).toEqual([
    'five answered, sixty',
    'refused with a',
    'reason',
  ]);
});
