import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CUT, signedText, writeHead } from '../../../main/accounts/audit-trail/chain.ts';
import { cutTrail, listLinks } from '../../../main/accounts/audit-trail/chain-queries.ts';
import { noteAudit } from '../../../main/accounts/audit-trail/note.ts';
import { listEventsOfAction } from '../../../main/accounts/audit-trail/queries.ts';
import { createAuditSealing } from '../../../main/accounts/audit-trail/seal-events.ts';
import { type TrailReport, verifyTrail } from '../../../main/accounts/audit-trail/verify-trail.ts';
import { createDatabase, type Database } from '../../../main/database/index.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { createSealer, type Sealer } from '../../../main/foundation/sealing.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const logger = createLogger({ level: 'silent' });
let testDatabase: TestDatabase;
let database: Database;
let superuser: pg.Client;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase({ connectionString: testDatabase.url, maxConnections: 8, logger });
  // With the guards of the tables away, as for somebody who has the database.
  superuser = new pg.Client({ connectionString: testDatabase.superuserUrl });
  await superuser.connect();
  await superuser.query('set session_replication_role = replica');
});
beforeEach(() =>
  tamper(`truncate aquifer_accounts.audit_events, aquifer_accounts.audit_chain, aquifer_accounts.audit_cuts,
    aquifer_accounts.audit_unsealed`),
);
afterAll(async () => {
  await superuser.end();
  await database.close();
  await testDatabase.drop();
});

const KEY = 'a key that is not in the database';

async function note(count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) {
    const details = { zeta: made, alpha: 'ä "quoted" \u2028', none: null, yes: true, half: 0.1 };
    await noteAudit((statement, params) => database.query(statement, params), null, { action: 'test.made', details });
  }
}

/** One for each key: making one takes a tenth of a second. */
const sealers = new Map<string, Sealer>();
function sealerOf(key: string | null, previous: string[] = []): Sealer {
  const name = [key, ...previous].join();
  const sealer = sealers.get(name) ?? createSealer(key ?? undefined, previous);
  sealers.set(name, sealer);
  return sealer;
}

const seal = (key: string | null, previous: string[] = []) =>
  createAuditSealing({ database, sealer: sealerOf(key, previous), logger }).runOnce();

function verify(key: string | null = KEY, more: Partial<Parameters<typeof verifyTrail>[0]> = {}): Promise<TrailReport> {
  return verifyTrail({ database, sealer: sealerOf(key), ...more });
}

async function tamper(text: string): Promise<void> {
  await superuser.query(text);
}

const kindsOf = ({ faults }: TrailReport) => faults.map(({ kind, seq }) => `${kind} ${seq}`);

describe('a trail that nobody touched', () => {
  test('is whole: every event is a signed link, also of several runs and batches', async () => {
    await note(3);
    await seal(KEY);
    await note(2);
    await seal(KEY);
    const report = await verify();
    // One more is where the signing began.
    expect(report).toMatchObject({ isIntact: true, links: 6, signed: 6, unsigned: 0, unsealed: 0, faults: [] });
    expect(report.head).toMatchObject({ seq: 6, isSigned: true });
  });

  test('without a key is a chain all the same', async () => {
    await note(2);
    await seal(null);
    expect(await verify(null)).toMatchObject({ isIntact: true, links: 2, signed: 0, unsigned: 2 });
  });

  test('with a key that came later, or another one, is whole, and says so', async () => {
    await note(1);
    await seal(null);
    await note(1);
    await seal(KEY);
    expect(await verify()).toMatchObject({ isIntact: true, links: 3, signed: 2, unsigned: 1 });
    await note(1);
    await seal('a newer key', [KEY]);
    expect(await verify('a newer key')).toMatchObject({ isIntact: true, signed: 1, unknownKey: 2 });
  });

  test('is sealed once, however many servers do it at the same moment', async () => {
    await note(20);
    await Promise.all(Array.from({ length: 8 }, () => seal(KEY)));
    await seal(KEY);
    const report = await verify();
    expect(report).toMatchObject({ isIntact: true, unsealed: 0 });
    expect(report.links).toBeGreaterThanOrEqual(21);
  });

  test('an event whose transaction ended late is sealed when it is there', async () => {
    const client = new pg.Client({ connectionString: testDatabase.url });
    await client.connect();
    await client.query('begin');
    await noteAudit((statement, params) => client.query(statement.text, [...params]).then(({ rows }) => rows), null, {
      action: 'test.slow',
    });
    await note(2);
    await seal(null);
    await client.query('commit');
    await client.end();
    expect(await verify(null)).toMatchObject({ links: 2, unsealed: 1, isIntact: true });
    await seal(null);
    expect(await verify(null)).toMatchObject({ links: 3, unsealed: 0, isIntact: true });
  });
});

describe('the database refuses', () => {
  test.each([
    'update aquifer_accounts.audit_events set action = $$other.thing$$',
    'delete from aquifer_accounts.audit_events',
    'truncate aquifer_accounts.audit_events',
    'update aquifer_accounts.audit_chain set hash = $$x$$',
    'delete from aquifer_accounts.audit_chain',
    'truncate aquifer_accounts.audit_chain',
  ])('%s', async (text) => {
    await note(1);
    await seal(null);
    const client = new pg.Client({ connectionString: testDatabase.url });
    await client.connect();
    await expect(client.query(text)).rejects.toThrow('the audit trail can only grow');
    await client.end();
    expect(await verify(null)).toMatchObject({ isIntact: true, links: 1 });
  });
});

describe('it shows when somebody with the database', () => {
  beforeEach(async () => {
    await note(4);
    await seal(KEY);
  });

  const eventOf = (seq: number) => `(select event_id from aquifer_accounts.audit_chain where seq = ${seq})`;

  test.each([
    ['action', "'another.thing'"],
    ['actor_id', "'somebody else'"],
    ['subject_id', "'somebody else'"],
    ['at', "at - interval '1 microsecond'"],
    ['details', `'{"zeta": 9}'`],
    ['outcome', "'refused'"],
    ['ip', "'203.0.113.1'"],
    ['session_id', 'gen_random_uuid()'],
    ['user_agent', "'curl'"],
    ['request_id', "'r'"],
    ['actor_kind', "'user'"],
    ['subject_kind', "'role'"],
  ])('changes the %s of an event', async (column, value) => {
    await tamper(`update aquifer_accounts.audit_events set ${column} = ${value} where id = ${eventOf(2)}`);
    expect(kindsOf(await verify())).toEqual(['changed 2']);
  });

  test('takes an event out, with its link or without', async () => {
    await tamper(`delete from aquifer_accounts.audit_events where id = ${eventOf(2)}`);
    expect(kindsOf(await verify())).toEqual(['missing 2']);
    await tamper('delete from aquifer_accounts.audit_chain where seq = 2');
    expect(kindsOf(await verify())).toEqual(['gap 3']);
  });

  test('takes an event out and numbers the others anew', async () => {
    await tamper(
      `delete from aquifer_accounts.audit_events where id = ${eventOf(2)};
       delete from aquifer_accounts.audit_chain where seq = 2;
       update aquifer_accounts.audit_chain set seq = -seq;
       update aquifer_accounts.audit_chain set seq = case when seq < -2 then -seq - 1 else -seq end`,
    );
    expect((await verify()).isIntact).toBe(false);
  });

  test('writes an event past the server', async () => {
    await tamper(
      `insert into aquifer_accounts.audit_events (id, action, actor_kind, subject_kind, outcome)
       values (gen_random_uuid(), 'user.created', 'system', 'user', 'done')`,
    );
    expect(kindsOf(await verify())).toEqual(['unchained null']);
  });

  /** A whole new chain, hashed rightly: what a plain chain of hashes cannot tell from the true one. */
  async function forge(key: string | null): Promise<void> {
    await tamper(
      `update aquifer_accounts.audit_events set action = 'nothing.happened' where id = ${eventOf(2)};
       insert into aquifer_accounts.audit_unsealed (event_id) select event_id from aquifer_accounts.audit_chain;
       delete from aquifer_accounts.audit_chain`,
    );
    await seal(key);
  }

  test('makes the whole chain anew without the key', async () => {
    const before = await verify();
    await forge(null);
    expect(await verify(null)).toMatchObject({ isIntact: true });
    expect(kindsOf(await verify())).toEqual([`unsigned ${before.head?.seq}`]);
  });

  test('makes it anew with a key of his own', async () => {
    await forge('his own key');
    expect((await verify()).faults[0]).toMatchObject({ kind: 'unsigned' });
  });

  test('signs one link with what is no signature', async () => {
    await tamper(
      `update aquifer_accounts.audit_chain
       set signature = substr(signature, 1, 6) || sha256('x') where seq = 3`,
    );
    expect(kindsOf(await verify())).toEqual(['signature 3']);
  });

  test('strips the signatures from some link on, and it goes on signed', async () => {
    await tamper('update aquifer_accounts.audit_chain set signature = null where seq = 3');
    expect(kindsOf(await verify())).toEqual(['unsigned 3']);
  });

  test('takes the end off, where a head was written down elsewhere', async () => {
    const { head } = await verify();
    await tamper(
      `delete from aquifer_accounts.audit_events where id = ${eventOf(5)};
       delete from aquifer_accounts.audit_chain where seq = 5`,
    );
    expect(await verify()).toMatchObject({ isIntact: true });
    expect(kindsOf(await verify(KEY, { expected: head }))).toEqual(['head 5']);
  });

  test('a head that was written down is still right when the trail has grown', async () => {
    const { head } = await verify();
    await note(2);
    await seal(KEY);
    expect(head && writeHead(head)).toMatch(/^5:[0-9a-f]{64}$/);
    expect(await verify(KEY, { expected: head })).toMatchObject({ isIntact: true, links: 7 });
    const other = { seq: 5, hash: Buffer.alloc(32, 1) };
    expect(kindsOf(await verify(KEY, { expected: other }))).toEqual(['head 5']);
  });

  async function signingBegan(): Promise<number> {
    const rows = await database.query(listEventsOfAction, [
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '00000000-0000-0000-0000-000000000000',
      null,
      null,
      10,
      'audit_trail.signing_began',
    ]);
    return rows.length;
  }

  test('whose server says so when it starts again', async () => {
    await tamper('update aquifer_accounts.audit_chain set signature = null');
    await seal(KEY);
    await seal(KEY);
    expect(await signingBegan()).toBe(2);
  });

  test.each([
    ['no signatures', 'null'],
    ['signatures that nobody can check', `sha256('his key') || signature`],
  ])(
    'makes it anew with %s while the server runs, which vouches for nothing of it in silence',
    async (_, signature) => {
      const running = createAuditSealing({ database, sealer: sealerOf(KEY), logger });
      await running.runOnce();
      await tamper(`update aquifer_accounts.audit_chain set signature = ${signature}`);
      expect(await signingBegan()).toBe(1);
      await note(1);
      await running.runOnce();
      expect(await signingBegan()).toBe(2);
      await note(1);
      await running.runOnce();
      expect(await signingBegan()).toBe(2);
    },
  );

  test.each([
    ['without a signature', 'null'],
    ['with one that nobody can check', `sha256('his key')`],
  ])('cuts the beginning off %s', async (_, signature) => {
    await tamper(`select aquifer_accounts.cut_audit_trail(2, ${signature})`);
    expect(kindsOf(await verify())).toEqual(['cut 2']);
    await note(1);
    await seal(KEY);
    expect(kindsOf(await verify())).toEqual(['cut 2']);
  });

  test('a cut from before there was the key at hand is none of that', async () => {
    for (const [before, after] of [
      [null, KEY],
      [KEY, 'a newer key'],
    ] as const) {
      await tamper(`truncate aquifer_accounts.audit_events, aquifer_accounts.audit_chain, aquifer_accounts.audit_cuts`);
      await note(3);
      await seal(before);
      const cutter = sealerOf(before);
      const [link] = await database.query(listLinks, [1, 1]);
      if (!link) throw new Error('no link');
      await database.query(cutTrail, [2, await cutter.sign(signedText(2, link.hash), CUT)]);
      await note(1);
      await seal(after);
      expect(await verify(after)).toMatchObject({ isIntact: true, cutUpTo: 2 });
    }
  });
});
