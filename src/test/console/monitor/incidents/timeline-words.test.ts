import { expect, test } from 'vitest';
import { timelineKindWords } from '../../../../main/console/monitor/incidents/timeline-words.ts';

test('what a person did stands out from what happened', () => {
  expect(timelineKindWords('operator').tone).toBe('own');
  expect(timelineKindWords('users_hurt')).toEqual({ label: 'Users hurt', tone: 'bad' });
});

test('a kind of a newer server keeps its own name', () => {
  expect(timelineKindWords('disk_grew' as never)).toEqual({ label: 'disk grew', tone: 'plain' });
});
