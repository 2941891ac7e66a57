import { expect, test } from 'vitest';
import { lastedWords, milestones, shareWords } from '../../../../main/console/monitor/incidents/incident-words.ts';

const opened = '2026-11-23T14:00:00.000Z';
const after = (ms: number) => new Date(Date.parse(opened) + ms).toISOString();

test('each milestone is measured from the opening', () => {
  const words = milestones({
    state: 'closed',
    openedAt: opened,
    detectedAt: after(-3_000),
    namedAt: after(4_100),
    containedAt: after(20),
    closedAt: after(125_000),
  }).map(({ key, words }) => [key, words]);
  expect(words).toEqual([
    ['detected', '3.0 s before'],
    ['named', '4.1 s'],
    ['contained', 'at once'],
    ['closed', '2 min 5 s'],
  ]);
});

test('what has not come yet is awaited; what never came is not known', () => {
  const given = { openedAt: opened, detectedAt: opened, namedAt: null, containedAt: null, closedAt: null };
  expect(milestones({ ...given, state: 'open' })[1]).toMatchObject({ at: null, words: 'not yet' });
  expect(milestones({ ...given, state: 'closed' })[1]).toMatchObject({ at: null, words: 'not known' });
});

test('an open incident lasts until now', () => {
  expect(lastedWords({ openedAt: opened, closedAt: null }, Date.parse(opened) + 47_000)).toBe('for 47 s');
  expect(lastedWords({ openedAt: opened, closedAt: after(190_000) }, 0)).toBe('3 min 10 s');
});

test('a share says neither nothing of something nor all of nearly all', () => {
  expect([0, 0.001, 0.75, 0.999, 1].map(shareWords)).toEqual(['0 %', 'under 1 %', '75 %', '99 %', '100 %']);
});
