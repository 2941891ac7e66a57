import { expect, test } from 'vitest';
import { userIdsIn, writerWords } from '../../../main/console/accounts/writer-words.ts';

const olga = '01a208af-9a02-777f-a03b-5d3c72b63977';

test('ids are asked for once each, and nothing else is', () => {
  expect(userIdsIn([olga, null, 'olga@example.com', olga])).toEqual([olga]);
});

test('an address where it is known, else the end of the id', () => {
  expect(writerWords(olga, new Map([[olga, 'olga@example.com']]))).toBe('olga@example.com');
  expect(writerWords(olga, new Map())).toBe('user …b63977');
  expect(writerWords('the pipeline', new Map())).toBe('the pipeline');
});
