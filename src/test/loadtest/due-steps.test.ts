/** The heap against a sorted list. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueSteps } from '../../main/loadtest/due-steps.ts';

test('takes the earliest first, whatever was added and taken before', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(50))), (script) => {
      const steps = new DueSteps();
      const expected: number[] = [];
      for (const dueMs of script) {
        if (dueMs === null) {
          expect(steps.take()?.dueMs).toBe(expected.shift());
        } else {
          steps.add({ dueMs, userIndex: 0, stream: 0, rest: [] });
          expected.push(dueMs);
          expected.sort((a, b) => a - b);
        }
        expect(steps.size).toBe(expected.length);
        expect(steps.first()?.dueMs).toBe(expected[0]);
      }
    }),
  );
});
