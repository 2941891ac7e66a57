import { expect, test } from 'vitest';
import { findSlowedLanes } from '../../../main/monitor/rules/slowed-lanes.ts';

test('lanes that are slow by their own measure, refuse, or keep someone waiting for long', () => {
  const lanes = [
    { name: 'control', oldestWaitMs: 250, refusedLastMinute: 0 },
    { name: 'critical', oldestWaitMs: 0, refusedLastMinute: 0 },
    { name: 'interactive', oldestWaitMs: 251, refusedLastMinute: 0 },
    { name: 'bulk', oldestWaitMs: 0, refusedLastMinute: 1 },
  ] as const;
  const snapshot = () => ({ lanes });
  expect(findSlowedLanes({ slowLane: undefined, snapshot })).toEqual(['interactive', 'bulk']);
  expect(findSlowedLanes({ slowLane: 'critical', snapshot })).toEqual(['critical', 'interactive', 'bulk']);
});
