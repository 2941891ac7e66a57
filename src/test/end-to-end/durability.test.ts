/** What was acknowledged stays: through a kill in the middle of writing, and through a stop in the middle of writing. */

import { beforeAll, describe, expect, test } from 'vitest';
import { becomeOperator, call, must } from '../support/api-session.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { hasPostgres, type ServerProcess, serverFolder, settingsFor, startServer } from '../support/server-process.ts';

const WRITERS = 16;
const ACKNOWLEDGED = 1_000;
const SECOND_START_MS = 5_000;

let folder: string;
let environment: Record<string, string>;
let server: ServerProcess;
let token: string;

beforeAll(async () => {
  folder = await serverFolder(atEndOfFile);
  environment = await settingsFor(folder);
  server = await startServer({ folder, environment }, atEndOfFile);
  token = await becomeOperator(server.url, server.setupLink);
  const body = { name: 'notes', fields: [{ name: 'number', type: 'number', required: true, indexed: true }] };
  await must(server.url, 'POST', '/v1/data/collections', { token, body });
});

interface Load {
  acknowledged: string[];
  /** Answers other than 201, by status. */
  refused: number[];
  /** Requests that got no answer at all, with what the client was told. */
  unanswered: string[];
}

/** Writers create records one after the other until the server is gone; `onCount` hears of each acknowledged one. */
async function writeUntilGone(onCount: (count: number) => void): Promise<Load> {
  const load: Load = { acknowledged: [], refused: [], unanswered: [] };
  const write = async () => {
    for (;;) {
      try {
        const answer = await call(server.url, 'POST', '/v1/data/records/notes', { token, body: { number: 1 } });
        if (answer.status !== 201) load.refused.push(answer.status);
        else load.acknowledged.push((answer.body as { record: { id: string } }).record.id);
      } catch (error) {
        load.unanswered.push((error as { cause?: { code?: string } }).cause?.code ?? String(error));
        return;
      }
      onCount(load.acknowledged.length);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  return load;
}

async function everyId(): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/v1/data/records/notes?limit=200${query}`;
    const page: { records: { id: string }[]; nextCursor: string | null } = await must(server.url, 'GET', path, {
      token,
    });
    for (const { id } of page.records) ids.add(id);
    cursor = page.nextCursor;
  }
  return ids;
}

describe.sequential('a server that writes', () => {
  test('killed in the middle of 1,000 acknowledged writes, loses none of them', { timeout: 60_000 }, async () => {
    let killed: Promise<unknown> | undefined;
    const load = await writeUntilGone((count) => {
      if (count >= ACKNOWLEDGED) killed ??= server.end('SIGKILL');
    });
    expect(await killed).toMatchObject({ signal: 'SIGKILL' });
    expect(load.acknowledged.length).toBeGreaterThanOrEqual(ACKNOWLEDGED);
    expect(load.refused).toEqual([]);
    expect(await hasPostgres(folder)).toBe(true);

    server = await startServer({ folder, environment }, atEndOfFile);
    expect(server.startUpMs).toBeLessThan(SECOND_START_MS);
    expect(server.printed()).toContain('An earlier run ended without stopping its Postgres');
    expect(server.setupLink).toBeUndefined();
    const found = await everyId();
    expect(load.acknowledged.filter((id) => !found.has(id))).toEqual([]);
    // Beyond those acknowledged there can be one for each request that was under way, and no more.
    expect(found.size - load.acknowledged.length).toBeLessThanOrEqual(WRITERS);
  });

  test('asked to stop in the middle, answers what it has begun and ends well', { timeout: 60_000 }, async () => {
    const before = (await everyId()).size;
    let stopped: Promise<unknown> | undefined;
    const load = await writeUntilGone((count) => {
      if (count >= 200) stopped ??= server.end('SIGTERM');
    });
    expect(await stopped).toMatchObject({ exitCode: 0, stderr: '' });
    expect(load.refused.filter((status) => status !== 503)).toEqual([]);
    // Nobody listened any more, or a connection kept alive was closed while nothing was under way on it.
    expect(load.unanswered.filter((code) => !['ECONNREFUSED', 'UND_ERR_SOCKET', 'ECONNRESET'].includes(code))).toEqual(
      [],
    );
    expect(await hasPostgres(folder)).toBe(false);

    server = await startServer({ folder, environment }, atEndOfFile);
    expect(server.startUpMs).toBeLessThan(SECOND_START_MS);
    const found = await everyId();
    expect(load.acknowledged.filter((id) => !found.has(id))).toEqual([]);
    // A request that was cut off without an answer would show itself as a record that nobody was told of.
    expect(found.size).toBe(before + load.acknowledged.length);
    expect(await server.end('SIGTERM')).toMatchObject({ exitCode: 0 });
  });
});
