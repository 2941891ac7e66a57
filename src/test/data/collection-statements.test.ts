import { expect, test } from 'vitest';
import { listCollectionStatements } from '../../main/data/collection-statements.ts';

test("a collection's statements are all that its API can lead to, each once", () => {
  const field = (name: string, indexed: boolean, required = false) => ({
    ...{ name, type: 'text' as const, required, indexed, target: null },
  });
  const statements = listCollectionStatements({
    ...{ id: '018f0000-0000-7000-8000-000000000001', name: 'every_shape', version: 1, createdAt: new Date(0) },
    fields: [field('title', true), field('place', true, true), field('body', false)],
  });
  const names = statements.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  // Four of one record, two for operators, two by creation; a field in both directions: filter, first page, next page, and those without.
  expect(names).toHaveLength(4 + 2 + 2 + 2 * 4 + 2 * 3);
  expect(names.filter((name) => name.includes('body'))).toEqual([]);
});
