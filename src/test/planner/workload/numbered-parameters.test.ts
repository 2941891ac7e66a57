import { beforeAll, describe, expect, test } from 'vitest';
import '../../../main/app.ts';
import { shapeOf } from '../../../main/database/fingerprint.ts';
import { listStatements } from '../../../main/database/index.ts';
import { numberParameters, repairServerText } from '../../../main/planner/workload/numbered-parameters.ts';
import { loadParser, parseStatement } from '../../../main/planner/workload/sql-tree.ts';

beforeAll(loadParser);

describe('a text without its constants', () => {
  const ten = '$1, $2, $3, $4, $5, $6, $7, $8, $9, $10';
  test.each([
    ['select * from t where a = 5 and b = $1', 'select * from t where a = $1 and b = $2'],
    [
      'select 1 from t where a in (1, 2, 3)',
      `select $1 from t where a in (${ten.replace(/\d+/g, (n) => String(Number(n) + 1))})`,
    ],
    ['insert into t (a, b, c) values (1, 2, 3), (4, 5, 6)', 'insert into t (a, b, c) values ($1, $2, $3)'],
    ['delete from t where (a, b) < (1, 2)', 'delete from t where (a, b) < ($1, $2)'],
    ["select a from t where at > now() - interval '1 day'", 'select a from t where at > now() - $1::interval'],
    ["select a from t where tags ? 'x' limit 5", 'select a from t where tags ? $1 limit $2'],
    ["select a from t where tags ?| array['x']", 'select a from t where tags ?| array[$1]'],
    ['select a, b from t order by 2 desc, 1 limit 3', 'select a, b from t order by 1 desc, 2 limit $1'],
    ['select a from t where "odd ?" = 5', 'select a from t where "odd ?" = $1'],
    ['select coalesce(1, 2)', 'select coalesce($1, $2)'],
  ])('%s', (text, expected) => {
    expect(numberParameters(shapeOf(text))).toBe(expected);
  });

  test('of every statement of ours can be read again', () => {
    const statements = listStatements();
    expect(statements.length).toBeGreaterThan(100);
    const unreadable = statements.flatMap(({ name, text }) => {
      try {
        parseStatement(text);
        parseStatement(numberParameters(shapeOf(text)));
        return [];
      } catch (error) {
        return [`${name}: ${String(error)}\n${numberParameters(shapeOf(text))}`];
      }
    });
    expect(unreadable).toEqual([]);
  });
});

describe('a text of pg_stat_statements', () => {
  test('has its lists and typed literals again', () => {
    expect(repairServerText('select * from t where a in ($1 /*, ... */) and b > interval $2')).toBe(
      'select * from t where a in ($1, $3, $4, $5, $6, $7, $8, $9, $10, $11) and b > $2::interval',
    );
  });
});
