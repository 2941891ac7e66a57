import { describe, expect, test } from 'vitest';
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
