import { expect, test } from 'vitest';
import type { LiveView } from '../../../main/client/index.ts';
import { followLive, nothingLive } from '../../../main/console/monitor/follow-live.ts';
import type { TrailPoint } from '../../../main/console/monitor/live-trail.ts';

const point = (at: number): TrailPoint => ({ at, lanes: [{ name: 'bulk', calls: 1, p99Ms: 10 }] });
const live = (at: number, calls = 1): LiveView =>
  ({
    at: new Date(at * 1000).toISOString(),
    users: { active: 0, hurt: 0 },
    lanes: [{ name: 'bulk', calls, refused: 0, p50Ms: 1, p99Ms: 10, waitP99Ms: 0 }],
    statements: [],
    incident: null,
    alertsFiring: 0,
  }) as unknown as LiveView;

test('seconds that came before the past was known follow it', () => {
  const first = followLive(nothingLive, { kind: 'second', live: live(100) });
  const both = followLive(first, { kind: 'history', past: [point(98), point(99), point(100)] });
  const next = followLive(both, { kind: 'second', live: live(101) });
  expect(next.trail.map(({ at }) => at)).toEqual([98, 99, 100, 101]);
});

test('a lost stream keeps the last picture, and a new second makes it fresh again', () => {
  const seen = followLive(nothingLive, { kind: 'second', live: live(100) });
  const lost = followLive(seen, { kind: 'lost', error: new Error('gone') });
  expect(lost).toMatchObject({ isStale: true, live: { users: { hurt: 0 } } });
  expect(followLive(lost, { kind: 'second', live: live(104) })).toMatchObject({ isStale: false, error: null });
});
