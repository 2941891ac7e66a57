import { describe, expect, test } from 'vitest';
import { readSourceFile } from '../../../main/planner/workload/source-files.ts';

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
