import { beforeAll, expect, test } from 'vitest';
import { filmQueries } from '../../../../bench/planner/films/queries.ts';
import { tpchQueries } from '../../../../bench/planner/tpch/queries.ts';
import { loadParser, parseStatement } from '../../../../main/planner/workload/sql-tree.ts';

beforeAll(loadParser);

test('the queries over films are at least 33, of 4 to 17 tables each, all different', () => {
  expect(filmQueries.length).toBeGreaterThanOrEqual(33);
  expect(new Set(filmQueries.map(({ text }) => text)).size).toBe(filmQueries.length);
  const tables = filmQueries.map(({ text }) => text.split('from ')[1]?.split('where')[0]?.split(',').length ?? 0);
  expect(Math.min(...tables)).toBe(4);
  expect(Math.max(...tables)).toBe(17);
});

test('TPC-H has 22 queries that Postgres takes', () => {
  expect(tpchQueries).toHaveLength(22);
  for (const { text } of [...tpchQueries, ...filmQueries]) expect(parseStatement(text)).toHaveProperty('SelectStmt');
});
