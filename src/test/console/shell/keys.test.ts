// Keys pressed alone, with a modifier, and in a row.
import { expect, test } from 'vitest';
import { pressedKeys } from '../../../main/console/shell/keys.ts';

const press = (key: string, atMs: number, hasModifier = false) => ({ key, atMs, hasModifier });

test('a key alone is itself, with a modifier it says so', () => {
  expect(pressedKeys(press('/', 0), null)).toBe('/');
  expect(pressedKeys(press('K', 0, true), null)).toBe('mod+k');
});

test('g opens a sequence for a moment', () => {
  expect(pressedKeys(press('u', 500), press('g', 0))).toBe('g u');
  expect(pressedKeys(press('u', 5000), press('g', 0))).toBe('u');
  expect(pressedKeys(press('u', 500), press('x', 0))).toBe('u');
});
