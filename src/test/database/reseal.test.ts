import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { accountsSealedPlaces } from '../../main/accounts/sealed-places.ts';
import { createDatabase, type Database } from '../../main/database/index.ts';
import { resealColumn } from '../../main/database/reseal.ts';
import { sealedColumn } from '../../main/database/sealed-column.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import type { SealedPlace } from '../../main/foundation/sealed-place.ts';
import { createSealer } from '../../main/foundation/sealing.ts';
import { createId } from '../../main/foundation/tokens.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const before = createSealer('the key before');
const today = createSealer('the key of today', ['the key before']);
const place = accountsSealedPlaces.find(({ name }) => name === 'signing keys') as SealedPlace;
const column = sealedColumn(place);
const bearer = (id: string) => `signing_keys|sealed_jwk|${id}`;

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase({
    ...{ connectionString: testDatabase.url, maxConnections: 5 },
    logger: createLogger({ level: 'silent' }),
  });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const sql = async (text: string, params: unknown[] = []) =>
  (await database.pool().query({ text, values: params })).rows as Record<string, unknown>[];
beforeEach(() => sql('delete from aquifer_accounts.signing_keys'));

async function fill(count: number, sealer = before): Promise<string[]> {
  const ids = Array.from({ length: count }, createId);
  for (const id of ids) {
    await sql(
      `insert into aquifer_accounts.signing_keys
         (id, algorithm, public_jwk, sealed_jwk, signs_from, signs_until, published_until)
       values ($1, 'ES256', '{}', $2, now(), now(), now())`,
      [id, await sealer.seal(`the text of ${id}`, bearer(id))],
    );
  }
  return ids;
}

const read = async () =>
  (await sql('select id, sealed_jwk from aquifer_accounts.signing_keys order by id')) as {
    id: string;
    sealed_jwk: Buffer;
  }[];

test('every text is sealed anew, over several batches, and opens without the key before', async () => {
  const ids = await fill(401);
  const seen: number[] = [];
  const done = await resealColumn(database, today, column, { onBatch: ({ rows }) => seen.push(rows) });
  expect(done).toEqual({ column: 'signing keys', rows: 401, resealed: 401, unreadable: 0 });
  expect(seen).toEqual([200, 400, 401]);
  const alone = createSealer('the key of today');
  const texts = await Promise.all((await read()).map(({ id, sealed_jwk }) => alone.open(sealed_jwk, bearer(id))));
  expect(texts).toEqual(ids.sort().map((id) => `the text of ${id}`));
});

test('interrupted, it goes on where it stopped; made twice, it changes nothing', async () => {
  await fill(401);
  const interruption = new AbortController();
  const { signal } = interruption;
  const first = await resealColumn(database, today, column, { signal, onBatch: () => interruption.abort() });
  expect(first).toMatchObject({ rows: 200, resealed: 200 });
  expect(await resealColumn(database, today, column)).toMatchObject({ rows: 401, resealed: 201 });
  const settled = await read();
  expect(await resealColumn(database, today, column)).toMatchObject({ rows: 401, resealed: 0 });
  expect(await read()).toEqual(settled);
});

test('what no key opens stays as it is, and is counted', async () => {
  await fill(2);
  const [id = ''] = await fill(1, createSealer('a key that is lost'));
  const [lost] = await sql('select sealed_jwk from aquifer_accounts.signing_keys where id = $1', [id]);
  expect(await resealColumn(database, today, column)).toMatchObject({ rows: 3, resealed: 2, unreadable: 1 });
  expect(await sql('select sealed_jwk from aquifer_accounts.signing_keys where id = $1', [id])).toEqual([lost]);
});

test('what somebody writes meanwhile is not written over', async () => {
  const [id = ''] = await fill(1);
  const newer = await today.seal('newer', bearer(id));
  const slow = {
    ...today,
    open: async (sealed: Buffer, of: string) => {
      await sql('update aquifer_accounts.signing_keys set sealed_jwk = $2 where id = $1', [id, newer]);
      return today.open(sealed, of);
    },
  };
  await resealColumn(database, slow, column);
  expect((await read())[0]?.sealed_jwk).toEqual(newer);
});
