import { expect, test } from 'vitest';
import { Journal } from '../../main/monitor/journal.ts';

const journalOf = (max: number, count: number) => {
  let nowMs = 0;
  const journal = new Journal({ nowMs: () => nowMs }, max);
  for (let written = 0; written < count; written += 1) {
    nowMs += 1_000;
    journal.note('test', `entry ${written}`);
  }
  return journal;
};

const sentences = (page: { entries: { sentence: string }[] }) => page.entries.map(({ sentence }) => sentence);

test('pages go from the newest to the oldest, each entry once', () => {
  const journal = journalOf(10, 5);
  const first = journal.page(2);
  expect(sentences(first)).toEqual(['entry 4', 'entry 3']);
  expect(first.entries[0]).toMatchObject({ at: '1970-01-01T00:00:05.000Z', kind: 'test', details: {} });
  const second = journal.page(2, first.nextCursor ?? '');
  expect(sentences(second)).toEqual(['entry 2', 'entry 1']);
  const last = journal.page(2, second.nextCursor ?? '');
  expect(sentences(last)).toEqual(['entry 0']);
  expect(last.nextCursor).toBeNull();
});

test('what is written between two pages moves nothing', () => {
  const journal = journalOf(10, 4);
  const { nextCursor } = journal.page(2);
  journal.note('test', 'late');
  expect(sentences(journal.page(2, nextCursor ?? ''))).toEqual(['entry 1', 'entry 0']);
});

test('the oldest are forgotten, and a cursor that points at them finds nothing', () => {
  const journal = journalOf(3, 8);
  expect(sentences(journal.page(100))).toEqual(['entry 7', 'entry 6', 'entry 5']);
  expect(journal.page(100).nextCursor).toBeNull();
  expect(journal.page(100, '4')).toEqual({ entries: [], nextCursor: null });
  expect(sentences(journal.page(1, '9999999'))).toEqual(['entry 7']);
});

test('an empty one has an empty page', () => {
  expect(journalOf(3, 0).page(10)).toEqual({ entries: [], nextCursor: null });
});
