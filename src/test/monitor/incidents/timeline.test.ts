import { expect, test } from 'vitest';
import { JournalFeed } from '../../../main/monitor/incidents/journal-feed.ts';
import type { TimelineEntry } from '../../../main/monitor/incidents/schema.ts';
import { mergeEntries, type NewEntry, Timeline } from '../../../main/monitor/incidents/timeline.ts';

const AT_MS = Date.parse('2026-11-23T10:00:00.000Z');

test('entries are kept in memory and written later; while that fails they stay, and none is written twice', async () => {
  const written: TimelineEntry[] = [];
  let isAway = true;
  const timeline = new Timeline({ nowMs: () => AT_MS }, async (entries) => {
    if (isAway) throw new Error('away');
    written.push(...entries);
  });
  timeline.note({ kind: 'note', sentence: 'one' });
  timeline.note({ kind: 'ddl', sentence: 'two', atMs: AT_MS - 5_000 });
  await expect(timeline.flush()).rejects.toThrow('away');
  expect(timeline.between(AT_MS - 6_000, AT_MS - 1)).toMatchObject([{ sentence: 'two' }]);
  isAway = false;
  await timeline.flush();
  await timeline.flush();
  expect(written.map(({ sentence }) => sentence)).toEqual(['one', 'two']);
  expect(mergeEntries(written, timeline.between(0, AT_MS)).map(({ sentence }) => sentence)).toEqual(['two', 'one']);
});

test('what waits for a database that stays away is bounded, and counted where it is lost', () => {
  const timeline = new Timeline({ nowMs: () => AT_MS }, async () => undefined);
  for (let index = 0; index < 6_000; index += 1) timeline.note({ kind: 'note', sentence: `${index}` });
  expect(timeline.dropped).toBe(1_000);
  expect(timeline.between(0, AT_MS).length).toBeLessThanOrEqual(4_000);
});

test('a sentence that is very long is cut', () => {
  const timeline = new Timeline({ nowMs: () => AT_MS }, async () => undefined);
  expect(timeline.note({ kind: 'note', sentence: 'x'.repeat(5_000) }).sentence).toHaveLength(1_000);
  expect(timeline.note({ kind: 'note', sentence: 'half \ud83d, \0' }).sentence).toBe('half \ufffd, \ufffd');
});

function createFeed() {
  const entries: NewEntry[] = [];
  return {
    entries,
    feed: new JournalFeed(
      (entry) => entries.push(entry),
      () => 30,
    ),
  };
}

const journalEntry = (kind: string, atMs: number, details = {}) => ({
  ...{ id: '1', at: new Date(atMs).toISOString(), kind, sentence: `${kind} happened.`, details },
});

test('the journal’s kinds become the timeline’s, with the operator where there was one', () => {
  const { entries, feed } = createFeed();
  feed.take(journalEntry('limit_changed', AT_MS, { lane: 'bulk' }));
  feed.take(journalEntry('rule_changed', AT_MS, { user: 'olga', rule: 'r', mode: 'enforce' }));
  feed.take(journalEntry('something_new', AT_MS, { user: 'olga' }));
  feed.take(journalEntry('something_else', AT_MS));
  expect(entries.map(({ by, kind }) => [kind, by])).toEqual([
    ['limit_changed', null],
    ['operator', 'olga'],
    ['operator', 'olga'],
  ]);
  expect(entries[1]?.details).toMatchObject({ journal: 'rule_changed', rule: 'r' });
});

test('of a storm of one kind so many a minute are taken, the rest is counted, and no deed of a person is left out', () => {
  const { entries, feed } = createFeed();
  for (let index = 0; index < 100; index += 1) feed.take(journalEntry('statement_moved', AT_MS + index));
  feed.take(journalEntry('session_ended', AT_MS + 200, { user: 'olga' }));
  expect(entries.filter(({ kind }) => kind === 'statement_moved')).toHaveLength(30);
  expect(entries.at(-1)).toMatchObject({ kind: 'session_ended', by: 'olga' });
  feed.take(journalEntry('statement_moved', AT_MS + 61_000));
  expect(entries.at(-2)?.sentence).toBe('And 70 more of the same kind within a minute.');
});
