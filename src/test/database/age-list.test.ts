import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Aged, AgeList } from '../../main/database/age-list.ts';

interface Entry extends Aged<Entry> {
  older: Entry | undefined;
  newer: Entry | undefined;
}

const entryOf = (enqueuedAtMs: number): Entry => ({ enqueuedAtMs, position: -1, older: undefined, newer: undefined });

describe('a list by age', () => {
  test('knows the oldest and everyone, whoever comes late from elsewhere or leaves from the middle', () => {
    const step = fc.record({ leaves: fc.boolean(), atMs: fc.nat(30), index: fc.nat(40) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const list = new AgeList<Entry>();
        const inside: Entry[] = [];
        for (const { leaves, atMs, index } of steps) {
          if (leaves && inside.length > 0) {
            const [gone] = inside.splice(index % inside.length, 1) as [Entry];
            list.remove(gone);
            expect([gone.older, gone.newer, gone.position]).toEqual([undefined, undefined, -1]);
          } else {
            const entry = entryOf(atMs);
            inside.push(entry);
            list.add(entry);
          }
          const oldest = inside.length === 0 ? undefined : Math.min(...inside.map((one) => one.enqueuedAtMs));
          expect([list.size, list.oldestAtMs]).toEqual([inside.length, oldest]);
          expect(new Set(list.entries)).toEqual(new Set(inside));
        }
      }),
      { numRuns: 300 },
    );
  });
});
