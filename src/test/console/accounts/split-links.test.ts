// Links in a plain-text mail.
import { expect, test } from 'vitest';
import { splitLinks } from '../../../main/console/accounts/split-links.ts';

test('a link is cut out, the full stop behind it is not part of it', () => {
  const parts = splitLinks('Open https://a.example/verify#token=x_-1. Thanks');
  expect(parts.map((part) => [part.text, part.isLink])).toEqual([
    ['Open ', false],
    ['https://a.example/verify#token=x_-1', true],
    ['. Thanks', false],
  ]);
});

test('nothing of the text is lost', () => {
  const text = 'A http://b.example/?q=1, (https://c.example) and "https://d.example".';
  const whole = splitLinks(text).map((part) => part.text);
  expect(whole.join('')).toBe(text);
});

test('only web addresses become links', () => {
  expect(splitLinks('javascript:alert(1) data:text/html,x').some((part) => part.isLink)).toBe(false);
});
