import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeNextPage } from '../../main/accounts/next-page.ts';

const own = { baseUrl: 'https://id.example', corsOrigins: ['https://app.example', 'http://localhost:3000'] };

describe('safeNextPage', () => {
  test.each([
    ['/', '/'],
    ['/shop?a=1&b=//x#c', '/shop?a=1&b=//x#c'],
    ['/a/../b', '/b'],
    ['https://id.example/shop', 'https://id.example/shop'],
    ['https://app.example', 'https://app.example/'],
    ['http://localhost:3000/a?b', 'http://localhost:3000/a?b'],
  ])('goes to %s', (next, gone) => {
    expect(safeNextPage(next, own)).toBe(gone);
  });

  test.each([
    ['nothing', ''],
    ['a path without a beginning', 'shop'],
    ['another host', 'https://evil.example/'],
    ['another host without a scheme', '//evil.example'],
    ['the same after dots', '/.//evil.example'],
    ['the same after more dots', '/a/..//evil.example'],
    ['a backslash', '/\\evil.example'],
    ['two', '\\\\evil.example'],
    ['a backslash in an address', 'https:\\\\app.example'],
    ['a user that looks like a host', 'https://app.example@evil.example'],
    ['a password', 'https://a:b@app.example'],
    ['another scheme of one’s own', 'http://app.example'],
    ['another port', 'https://app.example:444'],
    ['an ending that looks alike', 'https://app.example.evil.example'],
    ['a scheme without slashes', 'https:app.example'],
    ['three slashes', 'https:///app.example'],
    ['a tab', '/\t/evil.example'],
    ['a line', '/a\nlocation: x'],
    ['NUL', '/a\u0000'],
    ['a space before', ' https://app.example'],
    ['an invisible character', '/a\u200b'],
    ['half a pair', '/a\ud800'],
    ['no address at all', 'https://[::1'],
  ])('reg/C7-not-to %s', (_what, next) => {
    expect(safeNextPage(next, own)).toBeNull();
  });

  test.each([
    'javascript:alert(1)',
    'JavaScript://app.example/%0aalert(1)',
    'data:text/html,x',
    'vbscript:x',
    'blob:https://app.example/x',
  ])('reg/C6-no-other-scheme %s', (next) => expect(safeNextPage(next, own)).toBeNull());

  test('whatever is given, a browser ends at an origin of ours', () => {
    const parts = fc.constantFrom(
      ...['/', '//', '\\', '.', '..', '@', ':', '?', '#', '%2f', '%5c', 'https:', 'http:', 'javascript:'],
      ...['evil.example', 'app.example', 'id.example', ' ', '\t', '\n', 'a', '\u202e', '%00', ';', '&'],
    );
    const texts = fc.oneof(
      fc.array(parts, { maxLength: 8 }).map((some) => some.join('')),
      fc.webUrl(),
      fc.string(),
    );
    const origins = ['https://id.example', ...own.corsOrigins];
    fc.assert(
      fc.property(texts, (next) => {
        const gone = safeNextPage(next, own);
        if (gone === null) return;
        expect(origins).toContain(new URL(gone, own.baseUrl).origin);
        expect(gone).toMatch(/^(\/(?!\/)|https?:\/\/)[\x21-\x7e]*$/);
        // What was kept and is looked at again stays what it is.
        expect(safeNextPage(gone, own)).toBe(gone);
      }),
      { numRuns: 1_000 },
    );
  });
});
