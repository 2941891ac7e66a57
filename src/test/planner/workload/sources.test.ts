import { describe, expect, test } from 'vitest';
import { listCollectionStatements } from '../../../main/data/collection-statements.ts';
import { declaredStatements } from '../../../main/planner/workload/declared-statements.ts';
import { mergeWorkload } from '../../../main/planner/workload/merge-workload.ts';
import { observedStatements } from '../../../main/planner/workload/observed-statements.ts';
import { readSourceFile } from '../../../main/planner/workload/source-files.ts';
import { readSqlFile } from '../../../main/planner/workload/sql-files.ts';

describe('.sql files', () => {
  test('statements have the name, the rate and the reason above them, or their file and line', () => {
    const content = [
      '-- name: orders.list',
      '-- calls per day: 12000',
      "select ';' from orders; -- unindexed because: it is small",
      '',
      '/* ; */',
      'select $x$ a ; b $x$ ;',
      '-- name: ListUsers :many',
      'select 1',
      '-- nothing more',
    ].join('\n');
    expect(readSqlFile('q.sql', content)).toEqual([
      {
        ...{ name: 'orders.list', source: 'file', text: "select ';' from orders", origin: 'q.sql:3' },
        ...{ callsPerDay: 12_000, meanMs: null },
      },
      expect.objectContaining({ name: 'q.sql:6', origin: 'q.sql:6' }),
      expect.objectContaining({ name: 'ListUsers', text: 'select 1\n-- nothing more' }),
    ]);
  });

  test('an empty file has none', () => {
    expect(readSqlFile('q.sql', ' -- only words; here\n;')).toEqual([]);
  });
});

describe('sources', () => {
  const content = `
    const list = statement({ name: 'orders.list', lane: 'bulk',
      text: \`select * from orders where id = $1 limit \${LIMIT}\`, unindexedBecause: 'it\\'s small' });
    const other = statement({ name: 'orders.other', text: 'select 2' });
    await sql\`select * from users where id = \${user.map((x) => { return x; })} and a = \${b}\`;
    await pool.query<{ a: number }>("select \\"a\\" from t", []);
    log('select a plan'); const text: string = 'not sql'; run({ text: 'Select a plan' });
    await client.query('begin');`;

  test('statements are found in templates, queries and declarations', () => {
    const found = readSourceFile('a.ts', content);
    expect(found.map(({ name, text }) => [name, text])).toEqual([
      ['orders.list', 'select * from orders where id = $1 limit $2'],
      ['orders.other', 'select 2'],
      ['a.ts:5', 'select * from users where id = $1 and a = $2'],
      ['a.ts:6', 'select "a" from t'],
    ]);
    expect(found[0]?.unindexedBecause).toBe("it's small");
    expect(found[1]).not.toHaveProperty('unindexedBecause');
  });

  test('of strings without an end, nothing', () => {
    expect(readSourceFile('a.ts', 'query(`select 1')).toEqual([]);
    expect(readSourceFile('a.ts', "query('select\n1')")).toEqual([]);
  });
});

describe('declared and observed', () => {
  test('the declared ones bring their reason and their figures', () => {
    const statements = [
      { name: 'a.one', text: ' select 1 ', unindexedBecause: 'it reads no table' },
      { name: 'a.two', text: 'select 2' },
    ];
    const figures = (name: string) => (name === 'a.two' ? { callsPerDay: 5, meanMs: 0.5 } : undefined);
    expect(declaredStatements(figures, statements)).toEqual([
      {
        ...{ name: 'a.one', source: 'declared', text: 'select 1', unindexedBecause: 'it reads no table' },
        callsPerDay: null,
        meanMs: null,
      },
      { name: 'a.two', source: 'declared', text: 'select 2', callsPerDay: 5, meanMs: 0.5 },
    ]);
  });

  test('of the observed ones those that have a plan', () => {
    const one = { callsPerDay: 3, meanMs: 1 };
    const observed = [
      { ...one, name: 'a', text: 'select ?' },
      { ...one, name: 'b', text: 'begin' },
      { ...one, name: 'c', text: null },
    ];
    expect(observedStatements(observed)).toEqual([{ ...one, name: 'a', source: 'observed', text: 'select $1' }]);
  });

  test('the same text is one statement, however it writes its values', () => {
    const base = { callsPerDay: null, meanMs: null };
    const merged = mergeWorkload(
      [{ ...base, name: 'orders.find', source: 'declared', text: 'select a from orders where id in ($1, $2)' }],
      [{ name: 'seen', source: 'server', callsPerDay: 9, meanMs: 2, text: 'SELECT a\nFROM orders WHERE id IN ($1)' }],
      [{ ...base, name: 'other', source: 'file', text: 'select b from orders' }],
    );
    expect(merged.map(({ callsPerDay, name }) => [name, callsPerDay])).toEqual([
      ['orders.find', 9],
      ['other', null],
    ]);
  });
});

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
