import { describe, expect, test } from 'vitest';
import { fingerprintOf } from '../../main/database/fingerprint.ts';

const leaves = (text: string) => fingerprintOf(text).changesSession;

describe('something is left behind in the session by', () => {
  test.each([
    `SET search_path TO shop, public`,
    `set session timezone = 'UTC'`,
    `set role reader`,
    `begin; set statement_timeout = 5`,
    `-- of a tenant\n  SET app.tenant = '7'`,
    `reset statement_timeout`,
    `LISTEN news`,
    `prepare q as select 1`,
    `create temporary table t (a int)`,
    `create local temp view v as select 1`,
    `select a into temp t from b`,
    `select pg_advisory_lock(1)`,
    `select pg_try_advisory_lock_shared(1, 2)`,
    `select set_config('app.tenant', $1, false)`,
    `declare c cursor with hold for select 1`,
  ])('%s', (text) => expect(leaves(text)).toBe(true));
});

describe('nothing is left behind by', () => {
  test.each([
    `set local search_path to shop`,
    `set transaction isolation level serializable`,
    `set constraints all deferred`,
    `update t set a = 1`,
    `update t\nset a = 1`,
    `notify news`,
    `prepare transaction 'x'`,
    `select pg_advisory_xact_lock(1)`,
    `select set_config('app.tenant', $1, true)`,
    `declare c cursor for select 1`,
    `select 'set a = 1; set b = 2'`,
    `create table temperatures (a int)`,
    `select "set x" from listeners`,
  ])('%s', (text) => expect(leaves(text)).toBe(false));
});
