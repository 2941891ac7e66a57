// After a log-in one may be sent on, and never to another site.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeNext } from '../../../main/console/components/safe-next.ts';

test('a path of this origin is kept as it is', () => {
  expect(safeNext('/app/settings?tab=2#name')).toBe('/app/settings?tab=2#name');
});

test.each([
  '//evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '/path\\..\\x',
  'https://evil.example',
  'javascript:alert(1)',
  '/\t/evil.example',
  '/\n/evil.example',
  '',
  'app',
])('%j leads nowhere', (next) => {
  expect(safeNext(next)).toBeNull();
});

test('what is kept is always on the same origin to a browser', () => {
  const parts = fc.array(fc.constantFrom('/', '\\', '.', ':', '@', 'a', '\t', '\n', ' ', '%2f', '?', '#'));
  fc.assert(
    fc.property(parts, (pieces) => {
      const next = safeNext(pieces.join(''));
      if (next !== null) expect(new URL(next, 'https://own.example').origin).toBe('https://own.example');
    }),
    { numRuns: 2000 },
  );
});

test('only text is taken', () => {
  expect(safeNext(['/a'])).toBeNull();
  expect(safeNext(undefined)).toBeNull();
});
