/** The columns hold what was put into them, also after they have grown. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FAILURES, type Outcome } from '../../main/loadtest/outcome.ts';
import { buffersOf, failureAt, problemCodeAt, RecordKeeper } from '../../main/loadtest/records.ts';

const anyOutcome: fc.Arbitrary<Outcome> = fc.record({
  stream: fc.nat(254),
  userIndex: fc.nat(),
  scheduledAtMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
  sentAtMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
  endedAtMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
  status: fc.nat(599),
  failure: fc.option(fc.constantFrom(...FAILURES)),
  retryAfterSeconds: fc.option(fc.nat(3_600)),
  problemCode: fc.option(fc.constantFrom('pool_busy', 'too_many', 'gone')),
});

test('each row says what was kept', () => {
  fc.assert(
    fc.property(fc.array(anyOutcome), (outcomes) => {
      const keeper = new RecordKeeper(['reads'], 0);
      for (const outcome of outcomes) keeper.keep(outcome);
      const records = keeper.finish();
      expect(records.count).toBe(outcomes.length);
      outcomes.forEach((outcome, row) => {
        const retryAfter = records.retryAfterSeconds[row]!;
        expect({
          stream: records.stream[row],
          userIndex: records.userIndex[row],
          scheduledAtMs: records.scheduledAtMs[row],
          sentAtMs: records.sentAtMs[row],
          endedAtMs: records.endedAtMs[row],
          status: records.status[row],
          failure: failureAt(records, row),
          retryAfterSeconds: Number.isNaN(retryAfter) ? null : retryAfter,
          problemCode: problemCodeAt(records, row),
        }).toEqual(outcome);
      });
    }),
  );
});

test('more than was expected fits, and all of it can be handed to another thread', () => {
  const keeper = new RecordKeeper(['reads'], 10);
  const [outcome] = fc.sample(anyOutcome, 1);
  for (let userIndex = 0; userIndex < 5_000; userIndex += 1) keeper.keep({ ...outcome!, userIndex });
  const records = keeper.finish();
  expect([...records.userIndex]).toEqual(Array.from({ length: 5_000 }, (_, index) => index));
  const moved = structuredClone(records, { transfer: buffersOf(records) });
  expect(moved.userIndex[4_999]).toBe(4_999);
  expect(records.userIndex.length).toBe(0);
});
