import { expect, test } from 'vitest';
import { parameterCount, readDraft } from '../../../../main/console/planner/what-if/draft.ts';

test('parameters are counted outside of literals, names and comments', () => {
  expect(parameterCount('select $1, $3')).toBe(3);
  expect(parameterCount('select \'$4\', "$5", $1 -- $6\n /* $7 */')).toBe(1);
  expect(parameterCount("select 'it''s $2'")).toBe(0);
  expect(parameterCount('select $999')).toBe(100);
});

test('what was kept is read, whatever it is', () => {
  const draft = { text: 'select 1', params: ['a'], indexes: ['create index on t (a)'] };
  expect(readDraft(draft)).toEqual(draft);
  expect(readDraft({ text: 7, params: ['a', 5], indexes: 'x' })).toEqual({ text: '', params: ['a'], indexes: [] });
  expect(readDraft(null)).toEqual({ text: '', params: [], indexes: [] });
});
