// The outline of the water as path data.
import { expect, test } from 'vitest';
import { surfaceLine, surfaceY, waterBody, waveAt } from '../../../main/console/well/surface.ts';

const box = { x: 10, width: 60, top: 100, bottom: 300 };

test('a still surface is one straight line at its level', () => {
  expect(surfaceY(box, 0.5)).toBe(200);
  expect(surfaceLine(box, 0.5, 0, 1)).toBe('M10 200H70');
});

test('a dry column draws nothing at all', () => {
  expect(surfaceLine(box, 0, 1, 0)).toBe('');
  expect(waterBody(box, '')).toBe('');
});

test('the body of water closes along the floor', () => {
  expect(waterBody(box, 'M10 200H70')).toBe('M10 200H70V300H10Z');
});

test('a wave moves with its phase and stays within its height', () => {
  expect(waveAt(20, 0, 1)).not.toBeCloseTo(waveAt(20, 1, 1));
  for (let x = 0; x < 300; x += 3) expect(Math.abs(waveAt(x, x / 7, 1))).toBeLessThanOrEqual(4.5);
});

test('shallow water carries no wave taller than itself', () => {
  const lowest = surfaceLine(box, 0.02, 1, 0.7).matchAll(/[ML][\d.]+ ([\d.]+)/g);
  for (const [, y] of lowest) expect(Number(y)).toBeLessThanOrEqual(box.bottom);
});
