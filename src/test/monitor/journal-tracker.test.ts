import { expect, test } from 'vitest';
import type { Lease } from '../../main/database/index.ts';
import { Journal } from '../../main/monitor/journal.ts';
import { JournalTracker } from '../../main/monitor/journal-tracker.ts';

const lease = { statement: 'reports.monthly', pid: 7, admitted: { lane: 'bulk' } } as Lease;
const move = { lease, fromLane: 'interactive', toLane: 'bulk', ranMs: 251 };

test('what repeats is written once in ten seconds, with its count', () => {
  let nowMs = 0;
  const journal = new Journal({ nowMs: () => nowMs });
  const tracker = new JournalTracker(journal, () => nowMs);
  for (; nowMs < 12_000; nowMs += 1_000) tracker.statementMoved(move);
  expect(journal.page(10).entries.map(({ sentence }) => sentence)).toEqual([
    'reports.monthly ran for more than 251 ms and was moved from interactive to bulk (9 more since the last entry).',
    'reports.monthly ran for more than 251 ms and was moved from interactive to bulk.',
  ]);
});

test('one statement does not hide another, nor one kind of thing another', () => {
  const journal = new Journal({ nowMs: () => 0 });
  const tracker = new JournalTracker(journal, () => 0);
  tracker.statementMoved(move);
  tracker.statementMoved({ ...move, lease: { ...lease, statement: 'reports.weekly' } });
  tracker.preempted('bulk', 'reports.monthly');
  tracker.leakFound(lease, 30_000);
  tracker.connectionFailed();
  expect(
    journal
      .page(10)
      .entries.map(({ kind }) => kind)
      .reverse(),
  ).toEqual([...['statement_moved', 'statement_moved', 'preempted', 'leak_found', 'connection_failed']]);
});

test('every change of a limit is written, with its reason', () => {
  const journal = new Journal({ nowMs: () => 0 });
  const tracker = new JournalTracker(journal, () => 0);
  for (const to of [4, 3]) tracker.limitChanged({ lane: 'bulk', from: to + 1, to, reason: 'critical slows.' });
  expect(journal.page(10).entries).toMatchObject([
    { kind: 'limit_changed', details: { lane: 'bulk', from: 4, to: 3 } },
    { sentence: 'The lane bulk may hold 4 connections, before 5: critical slows.' },
  ]);
});
