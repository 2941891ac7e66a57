import { expect, test } from 'vitest';
import { requestOf } from '../../../../main/console/planner/what-if/what-if-request.ts';

const text = 'select 1 from t where a = $1 and b = $2';

test('values are sent where one is given, as many as the text has', () => {
  expect(requestOf({ text, params: [], indexes: [] })).toEqual({ text });
  expect(requestOf({ text, params: ['', ''], indexes: [] })).toEqual({ text });
  expect(requestOf({ text, params: ['7', '', 'left over'], indexes: [] })).toEqual({ text, params: ['7', ''] });
});

test('an index that is not written yet is left out', () => {
  expect(requestOf({ text, params: [], indexes: ['  ', ' create index on t (a) '] })).toEqual({
    ...{ text, indexes: ['create index on t (a)'] },
  });
});
