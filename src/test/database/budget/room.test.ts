import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findCapacity, listSessions, type Room, readRoom, type Sessions } from '../../../main/database/budget/room.ts';
import { createTestDatabase } from '../../support/database.ts';

const room: Room = { server: 97, role: null, database: null };
const session = (applicationName: string, count: number, more: Partial<Sessions> = {}): Sessions => ({
  ...{ applicationName, count, isOurRole: false, isOurDatabase: false, ...more },
});

describe('findCapacity', () => {
  test('leaves out what others hold and three for a person; ours and who only passes count for nothing', () => {
    const sessions = [session('psql', 2), session('aquifer 1', 9), session('aquifer doctor', 1)];
    expect(findCapacity(room, sessions, new Set(['aquifer 1']))).toEqual({
      ...{ budget: 92, most: 97, limit: 'server', others: 2 },
    });
  });

  test('goes by the narrowest of the three limits, each with those who count against it', () => {
    const sessions = [
      session('metabase', 20),
      session('worker', 10, { isOurRole: true }),
      session('batch', 3, { isOurDatabase: true }),
    ];
    const capacityOf = (limits: Partial<Room>) => findCapacity({ ...room, ...limits }, sessions, new Set());
    expect(capacityOf({})).toMatchObject({ budget: 61, limit: 'server', others: 33 });
    expect(capacityOf({ role: 50 })).toMatchObject({ budget: 37, limit: 'role', others: 10, most: 50 });
    expect(capacityOf({ role: 50, database: 30 })).toMatchObject({ budget: 24, limit: 'database', others: 3 });
    expect(capacityOf({ role: 90 })).toMatchObject({ limit: 'server' });
  });

  test('a small server keeps a tenth free, and none is never below nothing', () => {
    expect(findCapacity({ ...room, server: 9 }, [], new Set()).budget).toBe(9);
    expect(findCapacity({ ...room, server: 25 }, [], new Set()).budget).toBe(23);
    expect(findCapacity({ ...room, server: 5 }, [session('psql', 40)], new Set()).budget).toBe(0);
  });
});

describe('on Postgres', () => {
  async function open(url: string, applicationName: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url, application_name: applicationName });
    await client.connect();
    onTestFinished(() => client.end());
    return client;
  }

  test('reads the limits that hold for our role and this database', async () => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    const superuser = await open(database.superuserUrl, 'limits');
    const client = await open(database.url, 'reader');
    const { rows } = await client.query<Room>(readRoom.text);
    const { rows: settings } = await client.query(
      `select current_setting('max_connections')::integer as most,
              current_setting('superuser_reserved_connections')::integer
                + coalesce(current_setting('reserved_connections', true)::integer, 0) as reserved`,
    );
    expect(rows).toEqual([{ server: settings[0].most - settings[0].reserved, role: null, database: null }]);
    await superuser.query(`alter database ${database.name} connection limit 33`);
    expect((await client.query(readRoom.text)).rows[0]).toMatchObject({ database: 33, role: null });
    // Whoever is superuser is bound by neither limit.
    expect((await superuser.query(readRoom.text)).rows[0]).toMatchObject({ database: null });
  });

  test('counts client sessions by name, also for a role that may not see what others do, and leaves itself out', async () => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    const superuser = await open(database.superuserUrl, 'somebody else');
    const role = `plain_${database.name}`;
    await superuser.query(`create role ${role} login password 'plain'`);
    onTestFinished(async () => {
      await superuser.query(`drop role ${role}`);
    });
    const url = Object.assign(new URL(database.url), { username: role, password: 'plain' }).href;
    const one = await open(url, 'twin');
    const two = await open(url, 'twin');
    const { rows } = await two.query<Sessions>(listSessions.text);
    const named = rows.filter(({ isOurDatabase }) => isOurDatabase);
    expect(named).toContainEqual({ applicationName: 'twin', isOurRole: true, isOurDatabase: true, count: 1 });
    expect(named.filter(({ isOurRole }) => !isOurRole)).toEqual([
      { applicationName: 'somebody else', isOurRole: false, isOurDatabase: true, count: 1 },
    ]);
    const seen = await superuser.query<Sessions>(listSessions.text);
    // Background processes are no clients.
    expect(seen.rows.every(({ applicationName }) => !/launcher|writer/.test(applicationName))).toBe(true);
    await one.query('select 1');
  });
});
