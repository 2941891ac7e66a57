import { expect, test } from 'vitest';
import { readForecastSearch } from '../../../../main/console/planner/forecast/forecast-search.ts';

test('an address says which statement is drawn and what is searched for', () => {
  expect(readForecastSearch({ statement: 'orders.list', search: 7, other: 'x' })).toEqual({
    ...{ statement: 'orders.list', search: '7' },
  });
  expect(readForecastSearch({ statement: '', search: null })).toEqual({});
});
