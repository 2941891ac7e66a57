import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRefusals, type Refusals } from '../../../main/accounts/audit-trail/refusals.ts';
import { createDatabase, type Database } from '../../../main/database/index.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import type { RequestContext } from '../../../main/http/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const logger = createLogger({ level: 'silent' });
let testDatabase: TestDatabase;
let database: Database;
let nowMs = 0;
let refusals: Refusals;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase({ connectionString: testDatabase.url, maxConnections: 5, logger });
});
beforeEach(() => {
  const clock = { monotonicMs: () => nowMs } as Clock;
  refusals = createRefusals({ database, clock, logger });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const context = { requestId: 'r', ip: '203.0.113.7', userAgent: 'curl', caller: null } as unknown as RequestContext;
const write = () => refusals.service.runOnce();

async function rows(action: string): Promise<{ outcome: string; ip: string; more: number | null }[]> {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: testDatabase.url });
  await client.connect();
  const { rows: found } = await client.query(
    `select outcome, ip, (details->>'more')::integer as more
     from aquifer_accounts.audit_events where action = $1 order by id`,
    [action],
  );
  await client.end();
  return found;
}

test('a thousand of one kind and one subject are two rows: the first, and how many more', async () => {
  for (let made = 0; made < 1_000; made += 1) refusals.note(context, { key: 'ada', action: 'test.one' });
  await write();
  expect(await rows('test.one')).toEqual([{ outcome: 'refused', ip: '203.0.113.7', more: null }]);
  nowMs += 600_001;
  await write();
  expect(await rows('test.one')).toMatchObject([{ more: null }, { more: 999 }]);
});

test('after ten minutes the next is written again, and those of before were counted', async () => {
  refusals.note(context, { key: 'ada', action: 'test.two' });
  refusals.note(context, { key: 'ada', action: 'test.two' });
  nowMs += 600_001;
  refusals.note(context, { key: 'ada', action: 'test.two' });
  await write();
  expect(await rows('test.two')).toMatchObject([{ more: null }, { more: 1 }, { more: null }]);
});

test('what the database cannot store is noted without it, and holds up none of the others', async () => {
  const note = { subject: { kind: 'route', id: 'DELETE /shop/:id' }, details: { id: 'a\0b\ud800' } };
  refusals.later(context, { ...note, action: 'test.odd' });
  refusals.note(context, { key: 'ada', action: 'test.next' });
  await write();
  expect([await rows('test.odd'), await rows('test.next')].map((found) => found.length)).toEqual([1, 1]);
});

test('another subject, or another kind, is its own', async () => {
  refusals.note(context, { key: 'ada', action: 'test.three' });
  refusals.note(context, { key: 'bob', action: 'test.three' });
  refusals.note(context, { key: 'ada', action: 'test.four' });
  await write();
  expect([await rows('test.three'), await rows('test.four')].map((found) => found.length)).toEqual([2, 1]);
});

test('of many at once only so many are written, and no memory is lost on the others', async () => {
  for (let made = 0; made < 20_000; made += 1) refusals.note(context, { key: `u${made}`, action: 'test.five' });
  await write();
  expect(await rows('test.five')).toHaveLength(20);
  for (let run = 0; run < 15; run += 1) await write();
  expect(await rows('test.five')).toHaveLength(200);
});

test('what was not written yet is written when the server stops', async () => {
  refusals.note(context, { key: 'ada', action: 'test.six' });
  await refusals.service.stop();
  expect(await rows('test.six')).toHaveLength(1);
});
