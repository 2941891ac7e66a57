// When a lane is calm, when it is touched, and when it refuses.
import { expect, test } from 'vitest';
import { heaviestLane, inUse, laneState, poolState } from '../../../main/console/well/lane-state.ts';
import { laneWith, poolWith } from './pool-factory.ts';

test('a lane at rest is calm', () => {
  expect(laneState(laneWith('interactive', {}))).toBe('calm');
});

test('a lane that uses its own share is calm as long as it could still borrow', () => {
  expect(laneState(laneWith('interactive', { active: 6, free: 5 }))).toBe('calm');
});

test('a lane that lives on its reserve, because nothing is left to borrow, is touched', () => {
  expect(laneState(laneWith('interactive', { active: 6, free: 2 }))).toBe('touched');
});

test('a reserve that nobody drinks from is not touched', () => {
  expect(laneState(laneWith('critical', { active: 0, free: 4 }))).toBe('calm');
});

test('someone waits: touched. Someone was turned away: refusing', () => {
  expect(laneState(laneWith('bulk', { waiting: 1 }))).toBe('touched');
  expect(laneState(laneWith('bulk', { waiting: 1, refusedLastMinute: 1 }))).toBe('refusing');
});

test('a minute after the last refusal is touched, not refusing: nobody is turned away any more', () => {
  expect(laneState(laneWith('bulk', { refusedLastMinute: 9 }))).toBe('touched');
  expect(laneState(laneWith('bulk', { refusedLastMinute: 9, free: 0 }))).toBe('refusing');
});

test('a lane that never shares may use all that is its own', () => {
  expect(laneState(laneWith('control', { guaranteed: 2, active: 2, free: 0 }))).toBe('calm');
});

test('the pool is as badly off as its worst lane', () => {
  expect(poolState(poolWith())).toBe('calm');
  expect(poolState(poolWith({ bulk: { waiting: 3 } }))).toBe('touched');
  expect(poolState(poolWith({ bulk: { waiting: 3 }, critical: { refusedLastMinute: 2, free: 0 } }))).toBe('refusing');
});

test('the heaviest lane is the one that holds most, and nobody when nothing is held', () => {
  const pool = poolWith({ bulk: { active: 5 }, critical: { active: 2 } });
  expect(heaviestLane(pool)?.name).toBe('bulk');
  expect(inUse(pool)).toBe(7);
  expect(heaviestLane(poolWith())).toBeNull();
});
