import { type AddressInfo, createServer, type Server } from 'node:net';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTestDatabase, type TestDatabaseOptions } from '../support/database.ts';
import { findFreePort } from '../support/free-port.ts';
import { runProgram } from '../support/server-process.ts';

interface Finding {
  check: string;
  status: string;
  detail: string;
}

async function databaseUrl(options: TestDatabaseOptions = {}): Promise<string> {
  const database = await createTestDatabase(options);
  onTestFinished(() => database.drop());
  return database.url;
}

/** Takes connections and says nothing, as a firewall's black hole does, or one greeting. */
async function listenMutely(greeting = ''): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write('250 well\r\n'));
    if (greeting) socket.write(greeting);
    onTestFinished(() => void socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function examine(environment: Record<string, string>) {
  const { exitCode, stdout, stderr } = await runProgram(['doctor', '--json'], { environment });
  expect(stderr).toBe('');
  const { healthy, findings } = JSON.parse(stdout) as { healthy: boolean; findings: Finding[] };
  expect(exitCode).toBe(healthy ? 0 : 3);
  const statusOf = (status: string) => findings.filter((one) => one.status === status).map(({ check }) => check);
  return { healthy, findings, faults: statusOf('fault'), warnings: statusOf('warning') };
}

const detailOf = (findings: Finding[], check: string) => findings.find((one) => one.check === check)?.detail ?? '';

describe('a healthy server', () => {
  test('is told in lines, one for each thing looked at', async () => {
    const { exitCode, stdout } = await runProgram(['doctor'], { environment: { DATABASE_URL: await databaseUrl() } });
    expect(exitCode).toBe(0);
    for (const check of ['Node.js', 'Settings', 'Database', 'Connections', 'Schema']) {
      expect(stdout).toMatch(new RegExp(`^ok +${check} `, 'm'));
    }
    expect(stdout).toMatch(/^warning +Mail +no SMTP_URL/m);
    expect(stdout).toMatch(/Nothing stands in the way\.\n$/);
  });

  test('with an empty database is warned that the first start migrates it', async () => {
    const { healthy, warnings, faults } = await examine({ DATABASE_URL: await databaseUrl({ isEmpty: true }) });
    expect({ healthy, faults }).toEqual({ healthy: true, faults: [] });
    expect(warnings).toContain('Schema');
  });

  test('with a mail server that greets us', async () => {
    const port = await listenMutely('220 ready\r\n');
    const environment = { DATABASE_URL: await databaseUrl(), SMTP_URL: `smtp://127.0.0.1:${port}` };
    const { findings, faults } = await examine(environment);
    expect(faults).toEqual([]);
    expect(detailOf(findings, 'Mail server')).toContain('takes mail from us');
  });
});

describe('an address with TLS', () => {
  test('is warned of an empty TRUSTED_PROXIES, and no more once it names the proxy', async () => {
    const environment = { DATABASE_URL: await databaseUrl(), BASE_URL: 'https://app.example', HOST: '0.0.0.0' };
    const { findings, warnings } = await examine(environment);
    expect(warnings).toEqual(['Mail', 'Proxy']);
    expect(detailOf(findings, 'Proxy')).toContain('every user seems to come from one network');
    expect((await examine({ ...environment, TRUSTED_PROXIES: 'loopback' })).warnings).toEqual(['Mail']);
  });
});

test('a pool larger than the database allows is warned of, with what to lower it to', async () => {
  const { faults, warnings, findings } = await examine({ DATABASE_URL: await databaseUrl(), AQUIFER_POOL_MAX: '900' });
  expect({ faults, warnings }).toEqual({ faults: [], warnings: ['Mail', 'Connections'] });
  expect(detailOf(findings, 'Connections')).toMatch(
    /^This deployment can want 900 of \d+ connections; lower AQUIFER_POOL_MAX to \d+ \(1 server; /,
  );
});

describe('each fault is found, named and ends with 3', () => {
  test('settings that are wrong', async () => {
    const { faults, findings } = await examine({ PORT: 'eighty' });
    expect(faults).toEqual(['Settings']);
    expect(detailOf(findings, 'Settings')).toContain('PORT');
  });

  test('a database that nobody answers for, at a name with two addresses too', async () => {
    const DATABASE_URL = `postgres://someone:tea-for-two@localhost:${await findFreePort()}/app`;
    const { faults, findings } = await examine({ DATABASE_URL });
    expect(faults).toEqual(['Database']);
    expect(detailOf(findings, 'Database')).toMatch(/ECONNREFUSED/);
    expect(JSON.stringify(findings)).not.toContain('tea-for-two');
  });

  test('a schema that a newer Aquifer made, and one that waits for migrations', async () => {
    const url = await databaseUrl();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('delete from aquifer_database.migrations where version = 2');
    const behind = await examine({ DATABASE_URL: url });
    expect(behind).toMatchObject({ faults: [], warnings: expect.arrayContaining(['Schema']) });
    await client.query(
      `insert into aquifer_database.migrations (version, name, checksum) values (9000, '9000-tomorrow', 'x')`,
    );
    await client.end();
    expect(await examine({ DATABASE_URL: url })).toMatchObject({ faults: ['Schema'] });
  });

  test('a role that may open too few connections', async () => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    const client = new pg.Client({ connectionString: database.superuserUrl });
    await client.connect();
    await client.query(`alter database ${database.name} connection limit 4`);
    await client.end();
    const { faults, findings } = await examine({ DATABASE_URL: database.url });
    expect(faults).toEqual(['Connections']);
    expect(detailOf(findings, 'Connections')).toBe(
      'The database has 4 connections of 4 left for this server, and a server needs 6: raise the CONNECTION LIMIT of its database.',
    );
  });

  test('a mail server that is not there, or says nothing', { timeout: 30_000 }, async () => {
    const DATABASE_URL = await databaseUrl();
    const ports = [await findFreePort(), await listenMutely()];
    const seen = await Promise.all(
      ports.map((port) => examine({ DATABASE_URL, SMTP_URL: `smtp://post:tea-for-two@127.0.0.1:${port}` })),
    );
    for (const { faults, findings } of seen) {
      expect(faults).toEqual(['Mail server']);
      expect(JSON.stringify(findings)).not.toContain('tea-for-two');
    }
  });
});
