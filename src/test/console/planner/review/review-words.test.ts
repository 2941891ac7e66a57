import { expect, test } from 'vitest';
import type { FindingKind, ReviewPage } from '../../../../main/client/index.ts';
import { bindingWords, concernWords, totalWords } from '../../../../main/console/planner/review/review-words.ts';

const page = (severities: readonly (string | null)[], planned: number, justified = 0) =>
  ({
    report: { totals: { planned, justified } },
    statements: severities.map((severity) => ({ severity })),
  }) as unknown as ReviewPage;

test('the whole is said in a sentence, and what is answered for in another', () => {
  expect(totalWords(page(['severe', 'severe', 'concern', null], 142, 1))).toBe(
    '142 statements are planned: 2 with something severe, 1 with a concern. 1 finding is answered for.',
  );
  expect(totalWords(page([null], 1))).toBe('1 statement is planned, and nothing is wrong with it.');
  expect(totalWords({ ...page([], 0), report: null })).toBe('');
});

test('values for which a plan is are listed; any values are all of them', () => {
  expect(bindingWords(['common'])).toBe('common values');
  expect(bindingWords(['common', 'middle', 'rare'])).toBe('common, ordinary and rare values');
  expect(bindingWords(['none'])).toBe('any values');
  expect(bindingWords([])).toBe('any values');
});

test('a concern that this page does not know yet has its own name', () => {
  expect(concernWords('deep_offset')).toBe('Skips rows by offset');
  expect(concernWords('some_new_one' as FindingKind)).toBe('some new one');
});
