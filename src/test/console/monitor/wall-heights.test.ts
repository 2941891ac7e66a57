import { expect, test } from 'vitest';
import { wallHeights } from '../../../main/console/monitor/wall-heights.ts';

test('well and charts fit a large screen, and grow with it', () => {
  const usual = wallHeights({ width: 1920, height: 1080 });
  const large = wallHeights({ width: 3840, height: 2160 });
  expect(usual.wellPx + 2 * usual.chartPx).toBeLessThan(1080);
  expect(large.wellPx).toBeGreaterThan(usual.wellPx);
  expect(large.wellPx + 2 * large.chartPx).toBeLessThan(2160);
});

test('on a low screen they keep a height that can be read', () => {
  const { chartPx, wellPx } = wallHeights({ width: 1280, height: 500 });
  expect(wellPx).toBeGreaterThanOrEqual(280);
  expect(chartPx).toBeGreaterThanOrEqual(104);
});

test('where the parts stand under each other, the height of the screen does not matter', () => {
  expect(wallHeights({ width: 390, height: 844 })).toEqual(wallHeights({ width: 800, height: 2000 }));
});
