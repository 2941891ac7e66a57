/** People, not requests: one who is hurt twice is one. */

import { expect, test } from 'vitest';
import type { Failure, Outcome } from '../../main/loadtest/outcome.ts';
import { RecordKeeper } from '../../main/loadtest/records.ts';
import { countUsersHurt, HurtTally } from '../../main/loadtest/users-hurt.ts';

const STREAMS = ['log-in', 'reads', 'reports'];
const asked: [stream: number, user: number, atMs: number, failure: Failure | null][] = [
  [0, 1, 0, null],
  [0, 1, 10, 'timeout'],
  [0, 1, 20, 'timeout'],
  [1, 1, 30, 'status'],
  [1, 2, 40, null],
  [2, 3, 50, 'status'],
  [2, 2, 60, 'skipped'],
];

test('by stream and over all', () => {
  const tally = new HurtTally(STREAMS, 600);
  for (const [stream, user, , failure] of asked) tally.note(stream, user, failure !== null);
  expect(tally.count()).toEqual({
    streams: {
      'log-in': { asked: 1, hurt: 1, share: 1 },
      reads: { asked: 2, hurt: 1, share: 0.5 },
      reports: { asked: 2, hurt: 2, share: 1 },
    },
    all: { asked: 3, hurt: 3, share: 1 },
  });
});

test('of some streams and a part of the time, out of the records', () => {
  const keeper = new RecordKeeper(STREAMS, 0);
  for (const [stream, userIndex, scheduledAtMs, failure] of asked) {
    keeper.keep({ stream, userIndex, scheduledAtMs, failure, ...nothing(scheduledAtMs) });
  }
  const records = keeper.finish();
  expect(countUsersHurt(records, ['log-in', 'reads'])).toEqual({ asked: 2, hurt: 1, share: 0.5 });
  expect(countUsersHurt(records, ['log-in', 'reads'], { fromMs: 0, toMs: 10 })).toEqual({
    asked: 1,
    hurt: 0,
    share: 0,
  });
  expect(countUsersHurt(records, ['other'])).toEqual({ asked: 0, hurt: 0, share: 0 });
});

function nothing(
  atMs: number,
): Pick<Outcome, 'sentAtMs' | 'endedAtMs' | 'status' | 'retryAfterSeconds' | 'problemCode'> {
  return { sentAtMs: atMs, endedAtMs: atMs, status: 0, retryAfterSeconds: null, problemCode: null };
}
