/** From nothing to two servers with the same data: one embedded Postgres in a folder that goes with it. */

import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import type { EmbeddedPostgres } from '../../main/database/embedded/index.ts';
import { withEmbeddedDatabase } from '../support/embedded-database.ts';
import type { Measured } from './calibration.ts';
import { type Contestant, type RunningServer, startServer } from './contestant.ts';
import { createPeople, PASSWORD, type Person } from './people.ts';
import { hashPassword, seedAquifer, seedOrders, seedOrdinary, withClient } from './seed-data.ts';

export interface Ground {
  database: EmbeddedPostgres;
  people: Person[];
  /** The cpu report alone, over so many orders. */
  report: Measured;
  operatorToken: string;
  /** A superuser's, for what only the harness does. */
  client: pg.Client;
}

export interface GroundOptions {
  seed: number;
  /** The most orders there may be; for tests, which have no time to make millions. */
  ordersMax?: number;
  onProgress: (line: string) => void;
}

export async function withGround<Result>(
  { seed, ordersMax, onProgress }: GroundOptions,
  work: (ground: Ground) => Promise<Result>,
): Promise<Result> {
  return withEmbeddedDatabase((database) =>
    withClient(database.superuserUrl, async (client) => {
      const people = createPeople(seed);
      onProgress(`Postgres ${database.version} in a temporary folder; ${people.length} users with 20 notes each`);
      const passwordHash = await hashPassword();
      const operatorToken = await withClient(database.url, async (owner) => {
        await seedOrdinary(owner, people, passwordHash);
        const token = await setUpAquifer(database.url);
        await seedAquifer(owner, people, passwordHash);
        return token;
      });
      const report = await withClient(database.url, (owner) => seedOrders(owner, onProgress, ordersMax));
      return work({ database, people, report, operatorToken, client });
    }),
  );
}

/** Migrates, makes the first operator and the collection, and stops again: each run begins with a fresh server. */
async function setUpAquifer(databaseUrl: string): Promise<string> {
  const server = await startAquifer(databaseUrl);
  try {
    const setupToken = server.setupToken();
    const { token } = await call<{ token: string }>(server.url, '/v1/accounts/first-operator', undefined, {
      ...{ token: setupToken, email: 'operator@example.org', password: PASSWORD },
    });
    const fields = [
      { name: 'title', type: 'text' },
      { name: 'body', type: 'text' },
    ];
    await call(server.url, '/v1/data/collections', token, { name: 'notes', fields });
    return token;
  } finally {
    await server.stop();
  }
}

async function startAquifer(databaseUrl: string, environment: Record<string, string> = {}) {
  const server = await startServer(new URL('./aquifer-server.js', import.meta.url), {
    ...{ DATABASE_URL: databaseUrl, PORT: '0', LOG_LEVEL: 'error', TRUSTED_PROXIES: 'loopback' },
    ...environment,
  });
  return { ...server, setupToken: () => /#token=([\w-]+)/.exec(server.errorText())?.[1] };
}

async function call<Answer>(url: string, path: string, token: string | undefined, body: unknown): Promise<Answer> {
  const answer = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

export function ordinaryContestant({ database }: Pick<Ground, 'database'>): Contestant {
  return {
    id: 'ordinary',
    name: 'The ordinary way',
    adapterPath: adapterPath('ordinary-adapter.js'),
    async start(): Promise<RunningServer> {
      const script = new URL('./ordinary-server.js', import.meta.url);
      const server = await startServer(script, { DATABASE_URL: database.url });
      return { url: server.url, operatorToken: undefined, stop: server.stop };
    },
  };
}

export function aquiferContestant({ database, operatorToken }: Pick<Ground, 'database' | 'operatorToken'>): Contestant {
  return {
    id: 'aquifer',
    name: 'Aquifer',
    adapterPath: adapterPath('aquifer-adapter.js'),
    async start(): Promise<RunningServer> {
      const server = await startAquifer(database.url);
      return { url: server.url, operatorToken, stop: server.stop };
    },
  };
}

function adapterPath(file: string): string {
  return fileURLToPath(new URL(`./${file}`, import.meta.url));
}
