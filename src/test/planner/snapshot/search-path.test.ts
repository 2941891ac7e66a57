import { expect, test } from 'vitest';
import { searchPathOf } from '../../../main/planner/snapshot/search-path.ts';

const namespaces = ['public', 'shop', 'app', 'Odd "one"', 'pg_catalog'];
const path = (roleSearchPath: string | null, role?: string) =>
  searchPathOf({ namespaces, roleSearchPath, searchPath: ['session'] }, role);

test.each<[string | null, string[]]>([
  [null, ['app', 'public']],
  ['"$user", public', ['app', 'public']],
  ['shop,  PUBLIC', ['shop', 'public']],
  ['"Odd ""one""", shop, gone', ['Odd "one"', 'shop']],
  ['shop, $user, shop', ['shop', 'app']],
  ['""', []],
])('%s is that of the role, without what is not there', (text, expected) => {
  expect(path(text, 'app')).toEqual(expected);
});

test('without a role it is that of the session', () => {
  expect(path('shop')).toEqual(['session']);
});
