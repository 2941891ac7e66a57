import type { Node } from '@pgsql/types';
import { parseSync } from 'libpg-query';
import { beforeAll, describe, expect, test } from 'vitest';
import { bareComparison } from '../../../main/planner/review/rewrites/bare-column.ts';
import { keysetRewrite } from '../../../main/planner/review/rewrites/keyset.ts';
import { notExistsRewrite, notInOf } from '../../../main/planner/review/rewrites/not-exists.ts';
import {
  ifFaithful,
  parseExpression,
  Unfaithful,
  writeInline,
  writeSql,
} from '../../../main/planner/review/rewrites/sql-text.ts';
import { unionRewrite } from '../../../main/planner/review/rewrites/union-all.ts';
import { readShape } from '../../../main/planner/workload/read-shape.ts';
import { indexSchema } from '../../../main/planner/workload/schema-index.ts';
import { everyNode, loadParser, partOf } from '../../../main/planner/workload/sql-tree.ts';
import { market, tableOf } from '../plans/market-snapshot.ts';

beforeAll(() => loadParser());

const tree = (sql: string) => parseSync(sql).stmts?.[0]?.stmt as Node;

function select(sql: string) {
  const found = partOf(tree(sql), 'SelectStmt');
  if (!found) throw new Error('no select');
  return found;
}

describe('a comparison is turned to the bare column', () => {
  const bare = (sql: string, type = 'timestamp with time zone', side: 'left' | 'right' = 'left') => {
    const comparison = partOf(parseExpression(sql), 'A_Expr');
    const found = comparison && bareComparison(comparison, side, type);
    return found && writeInline(found.condition);
  };

  test.each([
    ["date_trunc('month', at) >= $1", 'at >= $1'],
    ["date_trunc('month', at) > $1", "at >= ($1 + '1 month'::interval)"],
    ["date_trunc('hour', at) < $1", 'at < $1'],
    ["date_trunc('quarter', at) <= $1", "at < ($1 + '3 months'::interval)"],
    ['at::date = $1', 'at >= cast($1 as date) and at < (cast($1 as date) + 1)'],
    ['date(at) < $1', 'at < cast($1 as date)'],
    [
      'extract(year from at) = $1',
      'at >= make_date(cast($1 as int), 1, 1) and at < make_date(cast($1 as int) + 1, 1, 1)',
    ],
    ["at + interval '1 day' > now()", "at > (now() - '1 day'::interval)"],
  ])('%s', (before, after) => {
    expect(bare(before)).toBe(after);
  });

  test('from either side', () => {
    expect(bare("$1 <= date_trunc('day', at)", 'timestamp with time zone', 'right')).toBe('at >= $1');
  });

  test('and left alone where that would mean something else', () => {
    expect(bare('lower(name) = $1', 'text')).toBeUndefined();
    expect(bare('id::text > $1', 'bigint')).toBeUndefined();
    expect(bare("date_trunc('day', at, 'Europe/Vienna') = $1")).toBeUndefined();
    expect(bare('a + b > $1', 'integer')).toBeUndefined();
  });
});

describe('a page by its keys', () => {
  const page = (sql: string) => {
    const use = readShape(sql, indexSchema(market())).uses[0];
    const relation = tableOf(market(), 'orders');
    return use && keysetRewrite({ select: select(sql), use, relation, params: ['20', '10000'] });
  };

  test('goes key by key where the order goes both ways', () => {
    const rewrite = page('select id from orders order by total_cents desc, id limit $1 offset $2');
    expect(rewrite?.text.replace(/\s+/g, ' ')).toContain(
      'where total_cents <= cast($2 as int) and (total_cents < cast($2 as int) or (total_cents = cast($2 as int) and id > cast($3 as bigint)))',
    );
    expect(rewrite?.params).toHaveLength(3);
  });

  test('is none where rows are grouped, or the order is an expression', () => {
    expect(page('select status, count(*) from orders group by status order by 1 limit $1 offset $2')).toBeUndefined();
    expect(page('select id from orders order by lower(note) limit $1 offset $2')).toBeUndefined();
  });
});

describe('alternatives', () => {
  const union = (sql: string) => {
    const found = select(sql);
    const or = [...everyNode(tree(sql))].find((node) => partOf(node, 'BoolExpr')?.boolop === 'OR_EXPR');
    const own =
      found.whereClause &&
      [...everyNode(found.whereClause)].find((node) => partOf(node, 'BoolExpr')?.boolop === 'OR_EXPR');
    return own && or ? unionRewrite(found, own)?.text : undefined;
  };

  test('no row comes twice, and the order and the limit stand behind both', () => {
    expect(union('select id from orders where total_cents > 0 and (a = $1 or b = $2) order by id desc limit 5')).toBe(
      [
        'select id\nfrom orders\nwhere total_cents > 0\n  and a = $1',
        'union all',
        'select id\nfrom orders\nwhere total_cents > 0\n  and b = $2\n  and a = $1 is not true',
        'order by id desc\nlimit 5',
      ].join('\n'),
    );
  });

  test('are left alone where the text would not read back as what is meant', () => {
    const before = 'select id from orders where (not a) or b = $2';
    expect(() => union(before)).toThrow(Unfaithful);
    expect(ifFaithful(() => union(before))).toBeUndefined();
  });

  test('are left alone where the order is of something that is not given out, or rows are counted', () => {
    expect(union('select id from orders where a = $1 or b = $2 order by c')).toBeUndefined();
    expect(union('select count(*) from orders where a = $1 or b = $2')).toBeUndefined();
  });
});

test('NOT IN over a column that may be null is said to answer otherwise', () => {
  const sql = 'select c.id from customers c where c.id <> all (select o.customer_id from orders o where o.status = $1)';
  const condition = select(sql).whereClause as Node;
  const found = notInOf(condition);
  const rewrite = found && notExistsRewrite(select(sql) && ({ SelectStmt: select(sql) } as Node), { ...found }, true);
  expect(found).toBeDefined();
  expect(rewrite?.caution).toContain('NOT IN finds nothing at all');
});

test('SQL is written small and in lines, and nothing inside texts and names is touched', () => {
  const sql = `SELECT "From", 'WHERE' AS x FROM t WHERE a BETWEEN 1 AND 2 AND b IN (SELECT c FROM "Odd AND Table" WHERE d IS DISTINCT FROM 1) ORDER BY 1`;
  expect(writeSql(tree(sql))).toBe(
    [
      `select "From", 'WHERE' as x`,
      'from t',
      'where a between 1 and 2',
      '  and b in (',
      '  select c',
      '  from "Odd AND Table"',
      '  where d is distinct from 1',
      ')',
      'order by 1',
    ].join('\n'),
  );
});
