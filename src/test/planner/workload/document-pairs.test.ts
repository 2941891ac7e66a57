import { expect, test } from 'vitest';
import { drawPair } from '../../../main/planner/workload/document-pairs.ts';

test('of documents, the key that tells them apart best is asked for', () => {
  const documents = [
    '{"way":1,"page":7}',
    '{"way":1,"page":7}',
    '{"way":2,"page":8}',
    '{"page":9,"way":2}',
    '[1]',
    'no JSON',
  ];
  expect(drawPair(documents, 'common')).toBe('{"page":7}');
  expect(drawPair(documents, 'rare')).toBe('{"page":9}');
});

test('of what are no objects, nothing', () => {
  expect(drawPair(['1', '[]', 'null'], 'common')).toBeUndefined();
});
