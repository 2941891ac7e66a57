import { expect, test } from 'vitest';
import { layOutWell, WELL_HEIGHT_PX } from '../../../main/console/well/layout.ts';

test('the well is as tall as is asked for, and its columns stand within it', () => {
  const { columns, floorY, height } = layOutWell(1200, 5, 640);
  expect(height).toBe(640);
  expect(columns.length).toBe(5);
  for (const { bottom, top } of columns) {
    expect(top).toBeGreaterThan(0);
    expect(bottom).toBeLessThan(floorY);
  }
});

test('unless it is said, it has its usual height; a phone has its own', () => {
  expect(layOutWell(1200, 5).height).toBe(WELL_HEIGHT_PX);
  expect(layOutWell(360, 5, 640).height).toBeLessThan(WELL_HEIGHT_PX);
});
