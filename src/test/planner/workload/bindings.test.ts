import { beforeAll, describe, expect, test } from 'vitest';
import type { ColumnStatistics } from '../../../main/planner/snapshot/snapshot.ts';
import { drawBindings } from '../../../main/planner/workload/bindings.ts';
import { readShape } from '../../../main/planner/workload/read-shape.ts';
import { indexSchema } from '../../../main/planner/workload/schema-index.ts';
import { loadParser } from '../../../main/planner/workload/sql-tree.ts';
import type { Binding } from '../../../main/planner/workload/workload.ts';
import { columnOf, shop, statisticsOf } from './shop-snapshot.ts';

const schema = indexSchema(shop);
beforeAll(loadParser);

function draw(text: string, ...types: string[]): Binding[] {
  const bindings = drawBindings(readShape(text, schema), { schema, types });
  expect(bindings.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
  return bindings;
}

/** The first parameter of each binding, by its kind. */
function first(text: string, type: string): Record<string, string | undefined> {
  return Object.fromEntries(draw(text, type).map(({ kind, params }) => [kind, params[0]]));
}

describe('equality', () => {
  test('asks for a common, a middle and a rare value, as often as rows have them', () => {
    const bindings = draw('select 1 from orders where status = $1', 'text');
    expect(bindings.map(({ kind, params }) => [kind, ...params])).toEqual([
      ['common', 'done'],
      ['middle', 'open'],
      ['rare', 'lost'],
    ]);
    expect(bindings[0]?.weight).toBeCloseTo(0.9);
  });

  test('of values that are all alike there is no common one: the middle stands for it', () => {
    const values = new Set(draw('select 1 from users where id = $1', 'bigint').map(({ params }) => params[0]));
    expect(values).toEqual(new Set(['500', '900']));
  });

  test('a value is the type that Postgres infers, or made up', () => {
    expect(first('select 1 from orders where user_id = $1', 'bigint').common).toBe('500');
    expect(first('select 1 from orders where placed_at > now() - $1::interval', 'interval')).toEqual({
      none: '7 days',
    });
    expect(first('select 1 from users where mood = $1', 'mood')).toEqual({ none: 'glad' });
    expect(first('select 1 from users where email = $1', 'address').common).toBe('mia@x');
  });

  test('of a column whose values are left out, and of one never analysed, it is made up', () => {
    expect(first('select 1 from orders where secret = $1', 'text')).toEqual({ none: 'a' });
    expect(first('select 1 from users where name = $1', 'text')).toEqual({ none: 'a' });
  });
});

describe('ranges', () => {
  const at = (day: number) => new Date(Date.UTC(2026, 7, 1 + day)).toISOString();

  test('one end lets a little, some and half of the rows through', () => {
    expect(first('select 1 from orders where placed_at > $1', 'timestamp with time zone')).toEqual({
      common: at(97),
      middle: at(80),
      rare: at(50),
    });
  });

  test('two ends are a narrow span near the newest, one in the middle, and nearly all', () => {
    const spans = draw('select 1 from orders where total between $1 and $2', 'numeric', 'numeric');
    expect(spans.map(({ params }) => params)).toEqual([
      ['970', '1000'],
      ['500', '600'],
      ['50', '950'],
    ]);
  });

  test('reading on page by page begins where most is still to come', () => {
    const [start] = draw('select 1 from orders where id < $1 order by id desc limit $2', 'bigint', 'bigint');
    expect(start).toMatchObject({ kind: 'common', params: ['970', '20'] });
  });

  test('common values without a histogram are put in order, numbers as numbers', () => {
    const few = statisticsOf({ commonValues: ['10', '9', '100'], commonFrequencies: [0.5, 0.3, 0.2] });
    expect(boundsOver(few, 'integer')).toEqual(['100', '10']);
  });
});

function boundsOver(statistics: ColumnStatistics, type: string): (string | undefined)[] {
  const relations = shop.relations.map((one) => ({ ...one, columns: [columnOf('n', type, statistics)] }));
  const own = indexSchema({ ...shop, relations });
  const shape = readShape('select 1 from users where n > $1', own);
  return drawBindings(shape, { schema: own, types: [type] }).map(({ params }) => params[0]);
}

test('lists have ten different values, each as often as it is given by itself', () => {
  const [list] = draw('select 1 from orders where id = any($1)', 'bigint[]');
  expect(JSON.parse(`[${list?.params[0]?.slice(1, -1)}]`)).toHaveLength(10);
  const [single] = draw('select 1 from orders where id in ($1, $2, $3)', 'bigint', 'bigint', 'bigint');
  expect(new Set(single?.params).size).toBe(3);
});

test('limit is twenty, offset nothing and a deep page', () => {
  const bindings = draw('select 1 from orders order by id limit $1 offset $2', 'bigint', 'bigint');
  expect(bindings.map(({ params }) => params)).toEqual([
    ['20', '0'],
    ['20', '10000'],
  ]);
});

test('patterns are the beginning of a value, with the sign that the statement does not add itself', () => {
  expect(first('select 1 from users where email like $1', 'text').common).toBe('mia%');
  expect(first("select 1 from users where email like '%' || $1 || '%'", 'text').common).toBe('mia');
});

test('containment asks for an element', () => {
  expect(first('select 1 from orders where tags @> $1', 'text[]')).toEqual({
    common: '{"gift"}',
    middle: '{"new"}',
    rare: '{"sale"}',
  });
  expect(first('select 1 from orders where $1 = any(tags)', 'text').common).toBe('gift');
  expect(first('select 1 from orders where details @> $1', 'jsonb')).toEqual({ none: '{}' });
});

test('a hashed value is as good as the true one, but no beginning of anything', () => {
  const hashed = statisticsOf({ redaction: 'hashed', histogram: ['h1', 'h2', 'h3'] });
  const relations = shop.relations.map((one) =>
    one.name === 'users' ? { ...one, columns: [columnOf('email', 'text', hashed)] } : one,
  );
  const own = indexSchema({ ...shop, relations });
  const drawn = (text: string) => drawBindings(readShape(text, own), { schema: own, types: ['text'] })[0]?.params[0];
  expect(drawn('select 1 from users where email = $1')).toBe('h2');
  expect(drawn('select 1 from users where email like $1')).toBe('abc%');
});

test('no parameter is ever null, and a statement without any has one way to be called', () => {
  expect(draw('select 1 from orders')).toEqual([{ kind: 'none', weight: 1, params: [] }]);
  for (const type of [
    'xml',
    'point',
    'int4range',
    'text[]',
    'bytea',
    'numeric(10,2)',
    'regclass',
    'date',
    '"Odd".thing',
  ]) {
    for (const { params } of draw('select $1', type)) expect(params[0]).toEqual(expect.any(String));
  }
});
