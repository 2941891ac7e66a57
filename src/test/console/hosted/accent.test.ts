// Any accent an application may choose stays readable.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accentColors } from '../../../main/console/hosted/accent.ts';

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/\d+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

test('every accent is readable as a ground and as text on both grounds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffff }), (value) => {
      const colors = accentColors(`#${value.toString(16).padStart(6, '0')}`);
      expect(colors).not.toBeNull();
      if (colors === null) return;
      expect(contrast(colors.fill, colors.onFill)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colors.onLight, 'rgb(251 252 253)')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colors.onDark, 'rgb(11 15 19)')).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

test('the accent itself is what carries the text', () => {
  expect(accentColors('#0b5a8a')?.fill).toBe('rgb(11 90 138)');
  expect(accentColors('#07c')?.fill).toBe('rgb(0 119 204)');
});

test('what is no colour changes nothing', () => {
  expect(accentColors('red; background: url(//evil)')).toBeNull();
});
