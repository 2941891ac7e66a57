/** A database of its own for each test file, cloned from a template in a few dozen milliseconds. */

import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { asSuperuser, EMPTY_TEMPLATE, MIGRATED_TEMPLATE, urlOf } from './test-cluster.ts';

export interface TestDatabase {
  name: string;
  /** As the owner of the database, who is no superuser. */
  url: string;
  superuserUrl: string;
  /** Ends every session in it and deletes it. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Without our tables, for the tests of the migrations themselves. */
  isEmpty?: boolean;
}

export async function createTestDatabase({ isEmpty = false }: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const cluster = inject('cluster');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = isEmpty ? EMPTY_TEMPLATE : MIGRATED_TEMPLATE;
  await asSuperuser(cluster, 'postgres', async (client) => {
    const { rows } = await client.query("select current_setting('server_version_num')::integer as version");
    // Copying the files takes a quarter of the time of the default, which writes every page through the log.
    const strategy = rows[0].version >= 150_000 ? 'strategy file_copy' : '';
    await client.query(`create database ${name} template ${template} owner ${cluster.owner} ${strategy}`);
  });
  return {
    name,
    url: urlOf(cluster, name, 'owner'),
    superuserUrl: urlOf(cluster, name, 'superuser'),
    async drop() {
      await asSuperuser(cluster, 'postgres', (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}
