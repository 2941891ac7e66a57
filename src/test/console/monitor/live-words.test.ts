import { expect, test } from 'vitest';
import type { LiveView } from '../../../main/client/index.ts';
import { hurtNote, liveHead, rateWords, shareWords } from '../../../main/console/monitor/live-words.ts';
import { poolWith } from '../well/pool-factory.ts';

const live = (hurt: number, title: string | null = null): LiveView =>
  ({
    at: '2026-11-23T13:00:00.000Z',
    users: { active: 312, hurt },
    incident: title === null ? null : { title },
  }) as unknown as LiveView;
const NOW = Date.parse('2026-11-23T13:00:01.000Z');
const calm = poolWith();

test('whether users are hurt comes first, and then why', () => {
  const head = liveHead({ live: live(3, 'Log-ins are being refused.'), pool: calm, isStale: false }, NOW);
  expect(head).toEqual({ title: '3 users are hurt now.', note: 'Log-ins are being refused.', state: 'hurt' });
  expect(liveHead({ live: live(1), pool: calm, isStale: false }, NOW).title).toBe('1 user is hurt now.');
});

test('where nobody is hurt the pool has the word', () => {
  const head = liveHead({ live: live(0), pool: calm, isStale: false }, NOW);
  expect(head).toEqual({
    title: 'Water is high. Nobody waits.',
    note: 'Nobody is hurt. 312 users in the last minute.',
    state: 'calm',
  });
});

test('while somebody is refused it is not said that nobody is hurt', () => {
  const refusing = poolWith({ critical: { free: 0, refusedLastMinute: 5, waiting: 2 } });
  const head = liveHead({ live: live(0), pool: refusing, isStale: false }, NOW);
  expect(head.state).toBe('hurt');
  expect(head.note).toBe('');
});

test('old figures are never shown as of now', () => {
  expect(liveHead({ live: live(0), pool: calm, isStale: true }, NOW)).toMatchObject({
    title: 'The server is out of sight.',
    state: 'stale',
  });
  expect(liveHead({ live: null, pool: null, isStale: true }, NOW).title).toBe('The server does not answer.');
  expect(liveHead({ live: null, pool: null, isStale: false }, NOW).state).toBe('waiting');
});

test('those who are hurt are said with of how many, never with a share that is not theirs', () => {
  expect(hurtNote({ active: 0, hurt: 0 })).toBe('nobody asked for anything in the last minute');
  expect(hurtNote({ active: 312, hurt: 0 })).toBe('of 312 in the last minute');
  expect(hurtNote({ active: 312, hurt: 23 })).toBe('of 312 in the last minute, 7 %');
});

test('small shares and rates keep their meaning', () => {
  expect([0, 0.004, 0.5, 0.996, 1].map(shareWords)).toEqual(['0 %', 'less than 1 %', '50 %', '99 %', '100 %']);
  expect([0, 0.01, 3.14, 217.4].map(rateWords)).toEqual(['0', 'under 0.1', '3.1', '217']);
});
