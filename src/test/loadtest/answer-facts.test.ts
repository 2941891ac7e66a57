/** Retry-After in both of its forms, and the code of a problem document. */

import { expect, test } from 'vitest';
import { readProblemCode, readRetryAfter } from '../../main/loadtest/answer-facts.ts';

const now = Date.parse('2024-06-01T14:00:00Z');

test.each([
  ['3', 3],
  ['0', 0],
  ['Sat, 01 Jun 2024 14:00:30 GMT', 30],
  ['Sat, 01 Jun 2024 13:00:00 GMT', 0],
  ['soon', null],
  ['', null],
  [undefined, null],
])('Retry-After: %s', (text, seconds) => {
  expect(readRetryAfter({ 'retry-after': text }, now)).toBe(seconds);
});

test.each([
  ['application/problem+json; charset=utf-8', '{"code":"pool_busy"}', 'pool_busy'],
  ['application/json', '{"code":5}', null],
  ['application/json', '"text"', null],
  ['application/json', 'null', null],
  ['application/json', '{"code":', null],
  ['text/html', '{"code":"pool_busy"}', null],
  [undefined, '{"code":"pool_busy"}', null],
])('%s %s', (type, body, code) => {
  expect(readProblemCode({ 'content-type': type }, body)).toBe(code);
});
