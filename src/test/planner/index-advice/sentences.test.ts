/** What a page of index advice says first: how much, by how many, and whether that is all. */

import { expect, test } from 'vitest';
import { usualBudget } from '../../../main/planner/index-advice/options.ts';
import type { AdviceReport, CreateAdvice, DropAdvice } from '../../../main/planner/index-advice/schema.ts';
import { foremostCount, reportSentence } from '../../../main/planner/index-advice/sentences.ts';

const creations = (...gains: number[]) => gains.map((costPerDay) => ({ benefit: { costPerDay } }) as CreateAdvice);
const drops = (...levels: string[]) => levels.map((level) => ({ confidence: { level } }) as DropAdvice);

function sentence(create: CreateAdvice[], drop: DropAdvice[] = [], isComplete = true): string {
  const workload = { statements: 9, planned: 9, callsPerDay: null, notPlanned: [] } as AdviceReport['workload'];
  return reportSentence({
    create,
    drop,
    workload,
    isComplete,
    cost: { before: 10, after: 5, cut: 0.5, writesAdded: 0 },
  });
}

test('the first that bring four fifths are told from the rest', () => {
  expect(foremostCount(creations(50, 30, 10, 5, 5))).toBe(2);
  expect(sentence(creations(50, 30, 10, 5, 5))).toBe(
    '5 indexes would take 50 % off what the 9 statements cost. The first 2 bring 80 % of that.',
  );
  expect(sentence(creations(90, 5, 3, 2))).toContain('The first one brings 90 % of that.');
});

test('few, or such as bring as much as each other, are not divided', () => {
  expect(foremostCount(creations(90, 5, 5))).toBe(3);
  expect(foremostCount(creations(25, 25, 25, 25))).toBe(4);
  expect(sentence(creations(25, 25, 25, 25))).toBe('4 indexes would take 50 % off what the 9 statements cost.');
});

test('only what is sure is said to be droppable', () => {
  expect(sentence(creations(9), drops('high', 'low', 'low'))).toMatch(
    / One index can go\. 2 indexes may be unneeded, which is not sure\.$/,
  );
  expect(sentence(creations(9), drops('low'))).not.toContain('can go');
});

test('a search that time ended says so first', () => {
  expect(sentence(creations(9), [], false)).toMatch(/ The time was over before everything was tried: .+\.$/);
});

test('where no budget is given it is half of the tables, and enough for a small database', () => {
  expect(usualBudget(10 * 1024 ** 3)).toBe(5 * 1024 ** 3);
  expect(usualBudget(1024)).toBe(128 * 1024 ** 2);
});
