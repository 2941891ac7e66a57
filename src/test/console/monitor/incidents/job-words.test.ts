import { expect, test } from 'vitest';
import { jobTone, jobWords } from '../../../../main/console/monitor/incidents/job-words.ts';

test('a running job says its phase, and how far it is where that is known', () => {
  expect(jobWords({ state: 'running', phase: 'building index', share: 0.429 })).toBe('Building index, 42 %');
  expect(jobWords({ state: 'running', phase: '', share: null })).toBe('Being made');
});

test('what is over says how it ended', () => {
  expect(jobWords({ state: 'failed', phase: 'building index', share: 0.4 })).toBe('Not made');
  expect(jobTone({ state: 'failed' })).toBe('bad');
  expect(jobTone({ state: 'cancelled' })).toBe('plain');
});
