import { describe, expect, test } from 'vitest';
import { btreeKeyLists, sortKeys } from '../../../main/planner/index-advice/btree-candidates.ts';
import { partialIndexes } from '../../../main/planner/index-advice/special-candidates.ts';
import { readTables } from '../../../main/planner/index-advice/table-facts.ts';
import { readShape } from '../../../main/planner/workload/read-shape.ts';
import { indexSchema } from '../../../main/planner/workload/schema-index.ts';
import { loadParser } from '../../../main/planner/workload/sql-tree.ts';
import { shop } from '../workload/shop-snapshot.ts';

await loadParser();
const schema = indexSchema(shop);
const tables = readTables(shop);

function ask(text: string, popularity: Record<string, number> = {}) {
  const [use] = readShape(text, schema).uses;
  const table = use && tables.find(use.schema, use.table);
  if (!use || !table) throw new Error('it uses no table');
  return { use, table, popularity: (column: string) => popularity[column] ?? 0 };
}

const listsOf = (text: string, popularity?: Record<string, number>) =>
  btreeKeyLists(ask(text, popularity)).map((keys) => keys.map(({ column }) => column).join(' '));

describe('B-tree candidates', () => {
  test('put equality before the range and before the order', () => {
    const lists = listsOf(
      'select id from orders where user_id = $1 and status = $2 and total > $3 order by placed_at limit 10',
    );
    expect(lists).toEqual(
      expect.arrayContaining([
        'user_id',
        'status',
        'user_id status total',
        'user_id status placed_at',
        'user_id placed_at',
      ]),
    );
    expect(lists.filter((one) => one.startsWith('total user_id status'))).toEqual([]);
    expect(new Set(lists).size).toBe(lists.length);
    expect(Math.max(...lists.map((one) => one.split(' ').length))).toBe(3);
  });

  test('begin with what others ask for too', () => {
    const text = 'select total from orders where user_id = $1 and status = $2 and id = $3';
    expect(listsOf(text, { status: 9 }).filter((one) => one.split(' ').length === 3)).toContain('status id user_id');
    expect(listsOf(text).filter((one) => one.split(' ').length === 3)).toContain('id user_id status');
  });

  test('have each arm of an OR by itself', () => {
    const lists = listsOf('select id from orders where user_id = $1 or status = $2');
    expect(lists).toEqual(expect.arrayContaining(['user_id', 'status']));
    expect(lists.filter((one) => one.includes(' '))).toEqual([]);
  });

  test('write directions only where they are mixed', () => {
    const sortOf = (text: string) => sortKeys(ask(text).use);
    expect(sortOf('select id from orders order by placed_at desc, id desc')).toEqual([
      { column: 'placed_at' },
      { column: 'id' },
    ]);
    expect(sortOf('select id from orders order by placed_at desc, id')).toEqual([
      { column: 'placed_at' },
      { column: 'id', isDescending: true },
    ]);
    expect(sortOf('select id from orders order by placed_at desc nulls last')).toEqual([
      { column: 'placed_at', isDescending: true, nullsFirst: false },
    ]);
  });
});

describe('partial candidates', () => {
  const predicatesOf = (text: string) => new Set(partialIndexes(ask(text)).map(({ predicate }) => predicate));

  test('are for rare values that the text itself writes', () => {
    expect(predicatesOf("select id from orders where status = 'open' and user_id = $1")).toEqual(
      new Set(["status = 'open'"]),
    );
    expect(predicatesOf("select id from orders where status = 'done' and user_id = $1")).toEqual(new Set());
    expect(predicatesOf('select id from orders where status = $1 and user_id = $2')).toEqual(new Set());
  });
});
