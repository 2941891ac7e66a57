import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteAudit } from '../../../main/accounts/audit-trail/note.ts';
import { createAuditRetention } from '../../../main/accounts/audit-trail/retention.ts';
import { createAuditSealing } from '../../../main/accounts/audit-trail/seal-events.ts';
import { verifyTrail } from '../../../main/accounts/audit-trail/verify-trail.ts';
import { createDatabase, type Database } from '../../../main/database/index.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { createSealer } from '../../../main/foundation/sealing.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const logger = createLogger({ level: 'silent' });
const sealer = createSealer('a key');
const DAY_MS = 86_400_000;
let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase({ connectionString: testDatabase.url, maxConnections: 8, logger });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

async function sql(text: string): Promise<void> {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: testDatabase.superuserUrl });
  await client.connect();
  await client.query(`set session_replication_role = replica; ${text}`);
  await client.end();
}

const note = async (count: number) => {
  for (let made = 0; made < count; made += 1) {
    await noteAudit((statement, params) => database.query(statement, params), null, { action: 'test.made' });
  }
};
const seal = () => createAuditSealing({ database, sealer, logger }).runOnce();
const cut = (keepMs = DAY_MS) => createAuditRetention({ database, sealer, logger, keepMs }).runOnce();
const verify = () => verifyTrail({ database, sealer });

test('what is older than it is kept goes from the beginning, and what is left is still whole', async () => {
  // Old ones are older when they are sealed: their time is part of what is hashed.
  await note(3);
  await sql(`update aquifer_accounts.audit_events set at = now() - interval '2 days'`);
  await seal();
  await note(2);
  await seal();
  const before = await verify();
  await cut();
  const after = await verify();
  expect(before).toMatchObject({ isIntact: true, cutUpTo: 0 });
  expect(after).toMatchObject({ isIntact: true, cutUpTo: 3, head: before.head });
  expect(after.links).toBe(before.links - 3);
  await cut();
  expect((await verify()).cutUpTo).toBe(3);
});

test('an event that was made older than it is keeps everything where it is, and shows', async () => {
  await note(2);
  await seal();
  const { head } = await verify();
  await sql(`update aquifer_accounts.audit_events set at = now() - interval '3 days'
    where id = (select event_id from aquifer_accounts.audit_chain where seq = ${head?.seq})`);
  await cut();
  const report = await verify();
  expect(report.faults.map(({ kind, seq }) => [kind, seq])).toEqual([['changed', head?.seq]]);
});

test('a cut that somebody made without the key shows', async () => {
  await sql(`insert into aquifer_accounts.audit_cuts (seq, hash, signature)
    select c.seq, c.hash, substr(c.signature, 1, 6) || sha256('x')
    from aquifer_accounts.audit_chain c order by c.seq limit 1;
    delete from aquifer_accounts.audit_chain where seq = (select min(seq) from aquifer_accounts.audit_chain)`);
  expect((await verify()).faults.map(({ kind }) => kind)).toContain('cut');
});

test('everything may go, and it goes on from there', async () => {
  await sql(`update aquifer_accounts.audit_events set at = now() - interval '9 days'`);
  await cut();
  const { links, cutUpTo } = await verify();
  expect(links).toBe(0);
  await note(1);
  await seal();
  expect(await verify()).toMatchObject({ links: 1, cutUpTo, head: { seq: cutUpTo + 1 } });
});
