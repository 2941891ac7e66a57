import { type AddressInfo, createServer } from 'node:net';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { takePlace } from '../../../main/database/budget/place.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { createTestDatabase } from '../../support/database.ts';

interface Options {
  poolMax?: number;
  isShared?: boolean;
  /** Run by the owner of the database beforehand, or by the superuser. */
  before?: string;
  asSuperuser?: string;
  alterUrl?: (url: string) => string;
  connectTimeoutMs?: number;
}

async function take({
  poolMax = 16,
  isShared = true,
  before,
  asSuperuser,
  alterUrl = (url) => url,
  connectTimeoutMs = 5_000,
}: Options = {}) {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const ask = async (url: string, text: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };
  if (before) await ask(database.url, before);
  if (asSuperuser) await ask(database.superuserUrl, asSuperuser.replaceAll('DATABASE', database.name));
  const said: string[] = [];
  const logger = createLogger({ level: 'silent' });
  logger.warn = (_facts: unknown, message?: string) => void said.push(message ?? '');
  const place = await takePlace({
    ...{ connectionString: alterUrl(database.url), poolMax, isShared, logger, beatMs: 200, connectTimeoutMs },
  });
  const members = () =>
    ask(
      database.superuserUrl,
      'select application_name, want, floor_connections, allowed, share from aquifer_database.member',
    );
  return { place, said, members, url: database.url };
}

const nameIn = (url: string) => new URL(url).searchParams.get('application_name') ?? '';

describe('takePlace', () => {
  test('writes a row, under the name that the sessions of this process will show', async () => {
    const { place, members, said } = await take();
    expect(place.verdict?.status).toBe('fits');
    expect(nameIn(place.connectionString)).toMatch(/^aquifer [0-9a-f]{8}$/);
    expect(await members()).toEqual([
      { application_name: nameIn(place.connectionString), want: 16, floor_connections: 11, allowed: 16, share: 16 },
    ]);
    expect(said).toEqual([]);
  });

  test('keeps the user’s own name before its own, within what Postgres shows', async () => {
    const name = 'shop'.repeat(20);
    const alterUrl = (url: string) => `${url}?application_name=${name}`;
    const { place } = await take({ alterUrl });
    expect(nameIn(place.connectionString)).toHaveLength(63);
    expect(nameIn(place.connectionString)).toMatch(/^shopshop.* [0-9a-f]{8}$/);
  });

  test('warns where it is tight, and promises its lanes only what there is', async () => {
    const { place, members, said } = await take({ asSuperuser: 'alter database DATABASE connection limit 10' });
    expect(said).toEqual([
      'This deployment can want 16 of the 10 connections that the CONNECTION LIMIT of its database allows; lower AQUIFER_POOL_MAX to 9 (1 server; other programs hold none). Until then they share what there is by demand.',
    ]);
    expect(await members()).toEqual([
      expect.objectContaining({ want: 16, floor_connections: 7, allowed: 9, share: 9 }),
    ]);
    expect(place.lanes).toMatchObject({
      critical: { guaranteed: 2, ceiling: 16 },
      bulk: { guaranteed: 1, ceiling: 6 },
    });
  });

  test('refuses where a server cannot work', async () => {
    const taking = take({ asSuperuser: 'alter database DATABASE connection limit 5' });
    await expect(taking).rejects.toMatchObject({ code: 'database_full' });
  });

  test('with AQUIFER_SHARED_BUDGET=false writes no row and keeps the URL', async () => {
    const { place, members, url } = await take({ isShared: false });
    expect(place.connectionString).toBe(url);
    expect(place.serve({} as never)).toBeUndefined();
    expect(await members()).toEqual([]);
  });
});

describe('nothing else keeps a server from starting', () => {
  test('a role without a right to the table', async () => {
    const owned = 'alter table aquifer_database.member owner to current_user';
    const { place, said } = await take({ asSuperuser: owned });
    expect(said).toEqual([expect.stringContaining('The budget is not shared with other servers')]);
    expect(place.serve({} as never)).toBeUndefined();
    expect(place.verdict?.status).toBe('fits');
  });

  test('a table that is not there', async () => {
    const { place, said } = await take({ before: 'drop table aquifer_database.member' });
    expect(said).toEqual([expect.stringContaining('The budget is not shared with other servers')]);
    expect(place.verdict?.status).toBe('fits');
  });

  test('a server that takes the connection and never says a word', async () => {
    const mute = createServer();
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void mute.close());
    const { port } = mute.address() as AddressInfo;
    const { said } = await take({ alterUrl: (url) => url.replace(/:\d+\//, `:${port}/`), connectTimeoutMs: 200 });
    expect(said).toEqual(['how many connections there are could not be read']);
  });

  test('a server that does not answer for a moment', async () => {
    const { place, said } = await take({ alterUrl: (url) => url.replace(/:\d+\//, ':1/') });
    expect(said).toEqual(['how many connections there are could not be read']);
    expect(place).toMatchObject({ lanes: undefined, verdict: undefined });
  });
});
