import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IndexedHeap } from '../../main/database/indexed-heap.ts';

interface Entry {
  position: number;
  value: number;
}

describe('a heap whose entries know their place', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('add' as const), value: fc.nat(50), index: fc.nat(50) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('remove' as const), value: fc.nat(50), index: fc.nat(50) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('change' as const), value: fc.nat(50), index: fc.nat(50) }),
    },
  );

  test('the first is the least, whoever comes, changes or leaves from the middle', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new IndexedHeap<Entry>((one, other) => one.value < other.value);
        const inside: Entry[] = [];
        for (const { kind, index, value } of steps) {
          const chosen = inside[index % Math.max(1, inside.length)];
          if (kind === 'add') {
            const entry = { position: -1, value };
            inside.push(entry);
            heap.add(entry);
          } else if (kind === 'remove' && chosen) {
            inside.splice(inside.indexOf(chosen), 1);
            heap.remove(chosen);
            expect(chosen.position).toBe(-1);
          } else if (chosen) {
            chosen.value = value;
            heap.settle(chosen);
          }
          expect(heap.size).toBe(inside.length);
          expect(heap.first?.value).toBe(inside.length === 0 ? undefined : Math.min(...inside.map((one) => one.value)));
          expect(new Set(inside.map((one) => one.position)).size).toBe(inside.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});
