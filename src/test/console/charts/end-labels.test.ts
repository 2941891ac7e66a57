import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeLabels } from '../../../main/console/charts/end-labels.ts';

test('labels that would lie on each other move apart and keep their order', () => {
  const placed = placeLabels(
    [
      { label: 'bulk', y: 51 },
      { label: 'critical', y: 50 },
    ],
    14,
    200,
  );
  expect(placed).toEqual([
    { label: 'critical', y: 50 },
    { label: 'bulk', y: 64 },
  ]);
});

test('none falls below the bottom, and none upon another', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 6 }), (heights) => {
      const placed = placeLabels(
        heights.map((y, index) => ({ label: `series ${index}`, y })),
        14,
        200,
      );
      placed.forEach((label, index) => {
        expect(label.y).toBeLessThanOrEqual(200);
        const above = placed[index - 1];
        if (above) expect(label.y - above.y).toBeGreaterThanOrEqual(14);
      });
    }),
  );
});
