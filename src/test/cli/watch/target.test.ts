/** What a watch finds out of a database before it begins, by a role that may do nothing else. */

import pg from 'pg';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { findTarget } from '../../../main/cli/watch/target.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { atEndOfFile } from '../../support/end-of-file.ts';

let database: TestDatabase;
let watcher: string;
let blind: string;

beforeAll(async () => {
  database = await createTestDatabase({ isEmpty: true });
  const client = new pg.Client({ connectionString: database.superuserUrl });
  await client.connect();
  watcher = `watcher_${database.name}`;
  blind = `blind_${database.name}`;
  await client.query(`
    create role ${watcher} login password 'w'; grant pg_monitor to ${watcher};
    create role ${blind} login password 'w'`);
  atEndOfFile(async () => {
    await client.query(`drop role ${watcher}; drop role ${blind}`);
    await client.end();
    await database.drop();
  });
});

const urlFor = (role: string, query = '') =>
  `postgres://${role}:w@127.0.0.1:${inject('cluster').port}/${database.name}${query}`;
async function open(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing',
    (error: { code: string }) => error.code,
  );

describe('a role with pg_monitor alone', () => {
  test('is enough, and its sessions only read', async () => {
    const target = await findTarget(urlFor(watcher));
    expect(target).toMatchObject({
      roleName: watcher,
      databaseName: database.name,
      isReadOnly: true,
      isReplica: false,
    });
    expect(target.cannotSee.join('\n')).not.toContain('pg_monitor');
    const client = await open(target.url);
    await expect(client.query('create temporary table t (a int)')).rejects.toMatchObject({ code: '25006' });
    const { rows } = await client.query("select current_setting('default_transaction_read_only') as value");
    expect(rows).toEqual([{ value: 'on' }]);
    await client.end();
  });

  test('keeps the options that were given', async () => {
    const target = await findTarget(urlFor(watcher, '?options=-c%20work_mem%3D8MB'));
    const client = await open(target.url);
    const { rows } = await client.query("select current_setting('work_mem') as memory");
    expect(rows).toEqual([{ memory: '8MB' }]);
    await client.end();
  });
});

test('a role without it is told what to grant', async () => {
  const target = await findTarget(urlFor(blind));
  expect(target.isWellSeen).toBe(false);
  expect(target.cannotSee).toContain(`What other roles run: grant pg_monitor to ${blind}.`);
});

test('no secret is in what it says', async () => {
  const { url: _url, ...told } = await findTarget(urlFor(watcher));
  expect(JSON.stringify(told)).not.toContain(':w@');
});

describe('what cannot be watched', () => {
  test('is refused in words, without the password', async () => {
    expect(await codeOf(findTarget('http://localhost/'))).toBe('watch_target_invalid');
    expect(await codeOf(findTarget('postgres://'))).not.toBe('nothing');
    const refused = findTarget('postgres://nobody:a-secret@127.0.0.1:1/none');
    expect(await codeOf(refused)).toBe('database_unreachable');
    await expect(refused).rejects.not.toThrow(/a-secret/);
  });
});
