import { expect, test } from 'vitest';
import { isReadOnly } from '../../../main/database/limit/read-only.ts';

test.each([
  'select 1',
  '  (select a from b) union all (select c from d);',
  'with x as (select 1) select * from x',
  'values (1)',
  `select 'update it; delete it' as "insert", $q$ for share $q$ -- lock\n /* into */`,
  'select pg_sleep(1)',
  'select updated_at, sharer from t',
])('%s can be asked again', (text) => expect(isReadOnly(text)).toBe(true));

test.each([
  'update t set a = 1',
  'begin',
  'set work_mem = 1',
  'with gone as (delete from t returning *) select * from gone',
  'select * from t for update',
  'select * from t for no key update',
  'select * from t for key share',
  'select * into u from t',
  "select nextval('s')",
  'select 1; delete from t',
  'select 1; select 2',
  'explain analyze delete from t',
  'call p()',
  '',
])('%s cannot', (text) => expect(isReadOnly(text)).toBe(false));
