import { expect, test } from 'vitest';
import { toJsonb } from '../../../main/monitor/incidents/jsonb.ts';

test.each([
  ['plain', 'plain'],
  ['half \ud83d pair', 'half \ufffd pair'],
  ['the other \ude00 half', 'the other \ufffd half'],
  ['a whole \u{1f4a7} one', 'a whole \u{1f4a7} one'],
  ['nul \0 inside', 'nul \ufffd inside'],
  ['written out \\u0000 and \\ud83d', 'written out \\u0000 and \\ud83d'],
  ['behind a backslash \\\0', 'behind a backslash \\\ufffd'],
  ['twice \0\0', 'twice \ufffd\ufffd'],
])('%j', (given, taken) => {
  expect(JSON.parse(toJsonb({ given }))).toEqual({ given: taken });
});
