import { beforeAll, describe, expect, test } from 'vitest';
import { readShape } from '../../../main/planner/workload/read-shape.ts';
import { indexSchema } from '../../../main/planner/workload/schema-index.ts';
import { loadParser } from '../../../main/planner/workload/sql-tree.ts';
import type { TableUse } from '../../../main/planner/workload/workload.ts';
import { shop } from './shop-snapshot.ts';

const schema = indexSchema(shop);
beforeAll(loadParser);

const read = (text: string) => readShape(text, schema);

function useOf(text: string, alias: string): TableUse {
  const use = read(text).uses.find((one) => one.alias === alias);
  if (!use) throw new Error(`no use of ${alias} in ${text}`);
  return use;
}

describe('columns', () => {
  test('without a table before them are found by the snapshot', () => {
    const text = 'select total from orders o join users u on u.id = o.user_id where email = $1 and status = $2';
    expect(useOf(text, 'u').equalities).toEqual([{ column: 'email', parameter: 1 }]);
    expect(useOf(text, 'o').equalities).toEqual([{ column: 'status', parameter: 2 }]);
    expect(useOf(text, 'o').referenced.toSorted()).toEqual(['status', 'total', 'user_id']);
    expect(useOf(text, 'o').schema).toBe('public');
  });

  test('with quotes, letters of any language and an alias that renames them', () => {
    const text = 'select 1 from "Odd ""Table""" as t(breite, nummer) where t.breite between $1 and $2 and nummer = 3';
    const use = useOf(text, 't');
    expect(use.table).toBe('Odd "Table"');
    expect(use.ranges.map(({ column }) => column)).toEqual(['Größe', 'Größe']);
    expect(use.equalities).toEqual([{ column: 'id', constant: '3' }]);
  });

  test('of a table that the snapshot does not know are its own where there is no other', () => {
    expect(useOf('select * from nowhere where x = $1', 'nowhere').equalities).toEqual([{ column: 'x', parameter: 1 }]);
  });

  test('a star is all columns, and a whole row too', () => {
    for (const text of ['select * from users', 'select u.* from users u', 'select row_to_json(u) from users u']) {
      expect(read(text).uses[0]?.referenced).toHaveLength(6);
    }
    expect(read('select count(*) from users').uses[0]?.referenced).toEqual([]);
  });
});

describe('conditions', () => {
  test('lists, whatever way they are written', () => {
    for (const where of ["status in ('a', 'b')", 'status = any($1)', "status = 'a' or status = 'b'"]) {
      const [first] = useOf(`select 1 from orders where ${where}`, 'orders').equalities;
      expect(first).toMatchObject({ column: 'status' });
      expect(first?.isAlternative).toBeUndefined();
    }
  });

  test('arms of an OR over several columns are alternatives', () => {
    const { equalities, ranges } = useOf(
      'select 1 from orders where status = $1 or (total > $2 and id = $3)',
      'orders',
    );
    expect([...equalities, ...ranges].every(({ isAlternative }) => isAlternative)).toBe(true);
  });

  test('turned round, an operator is turned too', () => {
    expect(read('select 1 from orders where $1 < total').parameters[0]?.role).toBe('range low');
    expect(useOf("select 1 from orders where '{}'::jsonb <@ details", 'orders').containments[0]?.operator).toBe('@>');
  });

  test('an expression over one table keeps its text, without the table', () => {
    const use = useOf('select 1 from users u where lower(u.email) = lower($1) and u.created_at::date = $2', 'u');
    expect(use.equalities).toMatchObject([
      { column: 'email', expression: 'lower(email)' },
      { column: 'created_at', expression: 'created_at::date', parameter: 2 },
    ]);
  });

  test('a cast to what a column is already hides nothing', () => {
    expect(useOf('select 1 from users where id::bigint = $1 and name::text = $2', 'users').equalities).toEqual([
      { column: 'id', parameter: 1 },
      { column: 'name', parameter: 2 },
    ]);
    expect(useOf('select 1 from users where id::text = $1', 'users').equalities[0]?.expression).toBe('id::text');
  });

  test('rows are compared column by column', () => {
    expect(useOf('select 1 from orders where (placed_at, id) < ($1, $2)', 'orders').ranges).toEqual([
      { column: 'placed_at', parameter: 1, rowPlace: 0 },
      { column: 'id', parameter: 2, rowPlace: 1 },
    ]);
  });

  test('what no index serves is only read', () => {
    const use = useOf("select 1 from orders where status <> 'done' and not (total > 5) and id + 1 > user_id", 'orders');
    expect([use.equalities, use.ranges, use.patterns]).toEqual([[], [], []]);
    expect(use.referenced.toSorted()).toEqual(['id', 'status', 'total', 'user_id']);
  });

  test('patterns: a fixed beginning is a range', () => {
    expect(useOf("select 1 from users where email like 'a%'", 'users').ranges).toMatchObject([{ column: 'email' }]);
    for (const where of ["email like '%a%'", 'email ilike $1', "email ~ 'a'"]) {
      expect(useOf(`select 1 from users where ${where}`, 'users').patterns).toMatchObject([{ column: 'email' }]);
    }
  });

  test('booleans, nulls, arrays and documents', () => {
    const text =
      'select 1 from users u, orders o where is_active and mood is null and tags @> $1 and details ? $2 and name is not null';
    expect(useOf(text, 'u').equalities).toEqual([{ column: 'is_active', constant: 'true' }]);
    expect(useOf(text, 'u').nullTests).toEqual([
      { column: 'mood', isNull: true },
      { column: 'name', isNull: false },
    ]);
    expect(useOf(text, 'o').containments).toMatchObject([
      { column: 'tags', operator: '@>', parameter: 1 },
      { column: 'details', operator: '?', parameter: 2 },
    ]);
  });
});

describe('joins', () => {
  const expected = [{ column: 'user_id', otherAlias: 'u', otherColumn: 'id' }];
  test.each([
    'select 1 from orders o join users u on u.id = o.user_id',
    'select 1 from orders o, users u where o.user_id = u.id',
    'select 1 from users u where exists (select from orders o where o.user_id = u.id)',
    'select 1 from users u where u.id in (select o.user_id from orders o)',
    'select 1 from users u left join lateral (select o.total from orders o where o.user_id = u.id limit 1) x on true',
    'with o as (select user_id from orders o) select 1 from o join users u on u.id = o.user_id',
  ])('%s', (text) => {
    expect(useOf(text, 'o').joins).toEqual(expected);
  });

  test('USING and NATURAL join what both sides have', () => {
    expect(useOf('select 1 from orders o join users u using (id)', 'u').joins).toHaveLength(1);
    expect(useOf('select 1 from orders o natural join users u', 'u').joins).toHaveLength(1);
  });

  test('to what a subquery gives, rows are still looked up', () => {
    const text =
      'select 1 from users u join (select max(user_id) as best from orders group by status) b on u.id = b.best';
    expect(useOf(text, 'u').joins).toEqual([{ column: 'id', otherAlias: 'b', otherColumn: 'best' }]);
    const list = 'select 1 from users u where id in (select user_id from orders limit 3)';
    expect(useOf(list, 'u').joins).toEqual([{ column: 'id', otherAlias: '', otherColumn: '' }]);
  });
});

describe('queries within queries', () => {
  test('a view is looked through, and says its name', () => {
    const use = useOf('select id from active_users where mail = $1 order by created_at', 'u');
    expect(use).toMatchObject({ table: 'users', throughView: 'active_users', sort: [{ column: 'created_at' }] });
    expect(use.equalities).toEqual([
      { column: 'is_active', constant: 'true' },
      { column: 'email', parameter: 1 },
    ]);
  });

  test('a condition is asked inside a subquery, a CTE and a union, but not behind a limit or a CTE that is kept', () => {
    const where = "where s.status = 'open'";
    const inner = 'select id, status from orders';
    const reaches = (text: string) => useOf(text, 'orders').equalities.length > 0;
    expect(reaches(`select 1 from (${inner}) s ${where}`)).toBe(true);
    expect(reaches(`with s as (${inner}) select 1 from s ${where}`)).toBe(true);
    expect(reaches(`select 1 from (${inner} union all select id, name from users) s ${where}`)).toBe(true);
    expect(reaches(`select 1 from (select status, count(*) from orders group by status) s ${where}`)).toBe(true);
    expect(reaches(`select 1 from (${inner} order by id limit 5) s ${where}`)).toBe(false);
    expect(reaches(`with s as materialized (${inner}) select 1 from s ${where}`)).toBe(false);
    expect(reaches(`select 1 from (select max(status) as status from orders group by id) s ${where}`)).toBe(false);
    expect(reaches(`with recursive s as (${inner} union all select id, status from s) select 1 from s ${where}`)).toBe(
      false,
    );
  });

  test('a CTE that is used twice is computed once: nothing is asked inside it', () => {
    const text =
      "with s as (select id, status from orders) select 1 from s join s t using (id) where s.status = 'open'";
    expect(useOf(text, 'orders').equalities).toEqual([]);
  });

  test('each subquery is read once', () => {
    const text =
      'select (select 1 from orders) from users where id = (select 2 from orders) and exists (select from orders)';
    expect(
      read(text)
        .uses.map(({ alias }) => alias)
        .toSorted(),
    ).toEqual(['orders', 'orders', 'orders', 'users']);
  });
});

describe('order and groups', () => {
  test('by name, by place, and by an expression; with first rows wanted only under a limit', () => {
    const sort = [{ column: 'placed_at', isDescending: true, nullsFirst: true }];
    expect(useOf('select placed_at as at from orders order by at desc', 'orders')).toMatchObject({ sort });
    const limited = useOf('select placed_at from orders order by 1 desc limit 5', 'orders');
    expect(limited).toMatchObject({ sort, wantsFirst: true });
    expect(useOf('select 1 from users order by lower(email)', 'users').sort[0]?.expression).toBe('lower(email)');
    expect(useOf('select 1 from orders order by id', 'orders').wantsFirst).toBeUndefined();
  });

  test('not where it is of two tables, or of an aggregate', () => {
    expect(useOf('select 1 from users u, orders o order by u.id, o.id', 'u').sort).toEqual([]);
    expect(useOf('select status, count(*) from orders group by 1 order by count(*)', 'orders').sort).toEqual([]);
  });

  test('max reads one end', () => {
    expect(useOf('select max(placed_at) from orders where user_id = $1', 'orders')).toMatchObject({
      sort: [{ column: 'placed_at', isDescending: true }],
      wantsFirst: true,
    });
  });

  test('groups and distinct', () => {
    expect(useOf('select status, count(*) from orders group by 1', 'orders').group).toEqual(['status']);
    expect(useOf('select distinct status from orders', 'orders').group).toEqual(['status']);
    expect(useOf('select distinct on (user_id) * from orders', 'orders').group).toEqual(['user_id']);
  });
});

describe('statements that write', () => {
  test('update', () => {
    const shape = read('update orders set status = $1, (total, tags) = ($2, $3) where id = $4 returning id');
    expect(shape).toMatchObject({ kind: 'update', target: { schema: 'public', table: 'orders' } });
    expect(shape.uses[0]).toMatchObject({
      sets: ['status', 'total', 'tags'],
      equalities: [{ column: 'id', parameter: 4 }],
    });
    expect(shape.parameters.map(({ column, role }) => `${role} ${column}`)).toEqual([
      'value status',
      'value total',
      'value tags',
      'equal id',
    ]);
  });

  test('insert, and what it does on a conflict', () => {
    const shape = read('insert into orders (id, status) values ($1, $2) on conflict (id) do update set total = $3');
    expect(shape).toMatchObject({ kind: 'insert', target: { table: 'orders' }, uses: [{ sets: ['total'] }] });
    expect(shape.parameters.map(({ column }) => column)).toEqual(['id', 'status', 'total']);
    expect(read('insert into orders select $1, $2').parameters.map(({ column }) => column)).toEqual(['id', 'user_id']);
  });

  test('delete and merge', () => {
    expect(read('delete from orders using users u where u.id = user_id and name = $1')).toMatchObject({
      kind: 'delete',
      uses: [{ alias: 'orders' }, { alias: 'u', equalities: [{ column: 'name' }] }],
    });
    const merge = read(
      'merge into orders o using users u on o.user_id = u.id when matched then update set status = $1 when not matched then do nothing',
    );
    expect(merge).toMatchObject({ kind: 'merge', target: { table: 'orders' }, uses: [{ sets: ['status'] }, {}] });
  });

  test('in a WITH, the statement itself is still what it is', () => {
    const moved = read(
      'with gone as (delete from orders where id = $1 returning id) insert into users (id) select id from gone',
    );
    expect(moved).toMatchObject({ kind: 'insert', target: { table: 'users' } });
    expect(read('with gone as (delete from orders returning id) select * from gone').kind).toBe('delete');
  });
});

describe('parameters', () => {
  test('limit, offset, lists, patterns and parts of a value', () => {
    const text =
      "select 1 from orders where status = any($1::text[]) and placed_at > now() - $2::interval and id in ($3, $4) and secret like '%' || $5 limit $6 offset $7";
    expect(read(text).parameters).toMatchObject([
      { role: 'list', column: 'status' },
      { role: 'range low', column: 'placed_at', isWrapped: true },
      { role: 'list', column: 'id', place: 0 },
      { role: 'list', column: 'id', place: 1 },
      { role: 'pattern', column: 'secret', isWrapped: true },
      { role: 'limit' },
      { role: 'offset' },
    ]);
  });

  test('one that may be null as well keeps what it is compared with', () => {
    const [only] = read('select 1 from orders where $1::text is null or status = $1').parameters;
    expect(only).toMatchObject({ column: 'status', role: 'equal' });
  });
});

test('what Postgres would not take is refused, and so are two statements', () => {
  expect(() => read('selec 1')).toThrow(expect.objectContaining({ code: 'unreadable_statement' }));
  expect(() => read('select 1; select 2')).toThrow(expect.objectContaining({ code: 'unreadable_statement' }));
  expect(() => read(' -- nothing')).toThrow(expect.objectContaining({ code: 'unreadable_statement' }));
  expect(read('create table t ()').kind).toBe('other');
});

test('views that read each other, or one another ever more often, come to an end', () => {
  const object = (name: string, ...others: string[]) => ({
    ...{ schema: 'public', name, kind: 'view' as const },
    definition: `create view public.${name} as select 1 from ${others.map((one, at) => `${one} t${at}`).join(', ')}`,
  });
  const circle = indexSchema({ ...shop, objects: [object('v1', 'v2', 'v2'), object('v2', 'v1', 'v1')] });
  expect(readShape('select * from v1', circle).uses).toHaveLength(4);
  const views = Array.from({ length: 12 }, (_, at) => {
    const below = at === 0 ? 'users' : `v${at - 1}`;
    return object(`v${at}`, below, below, below);
  });
  const grown = indexSchema({ ...shop, objects: views });
  expect(() => readShape('select * from v11', grown)).toThrow(
    expect.objectContaining({ code: 'unreadable_statement' }),
  );
});
