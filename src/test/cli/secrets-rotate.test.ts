import { Client } from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { totpBearer } from '../../main/accounts/factors/totp.ts';
import { accountsSealedPlaces } from '../../main/accounts/sealed-places.ts';
import { bearerOfSigningKey } from '../../main/accounts/tokens/signing-keys.ts';
import { createSealer } from '../../main/foundation/sealing.ts';
import { createId } from '../../main/foundation/tokens.ts';
import { monitorSealedPlaces } from '../../main/monitor/sealed-places.ts';
import { createTestDatabase } from '../support/database.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { runProgram } from '../support/server-process.ts';

const [OLD, NEW] = ['the key before', 'the key of today'];
const sealed = createSealer(OLD);
const ids = { user: createId(), totp: createId(), identity: createId(), signing: createId(), channel: createId() };
/** Each thing that is kept encrypted: what it is sealed for, and where it lies. */
const kept = [
  [totpBearer(ids.user, ids.totp), 'select secret as sealed from aquifer_accounts.totp_factors'],
  [
    `social_identities.access_token:${ids.identity}`,
    'select access_token_sealed as sealed from aquifer_accounts.social_identities',
  ],
  [
    `social_identities.refresh_token:${ids.identity}`,
    'select refresh_token_sealed as sealed from aquifer_accounts.social_identities',
  ],
  [
    'social_instances.client_secret:mastodon:Example.social',
    'select client_secret_sealed as sealed from aquifer_accounts.social_instances',
  ],
  [bearerOfSigningKey(ids.signing), 'select sealed_jwk as sealed from aquifer_accounts.signing_keys'],
  [ids.channel, 'select sealed from aquifer_monitor.channel'],
] as const;

let environment: Record<string, string>;
let client: Client;
beforeAll(async () => {
  const database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  atEndOfFile(async () => {
    await client.end();
    await database.drop();
  });
  environment = { DATABASE_URL: database.url };
  const texts = await Promise.all(kept.map(([bearer]) => sealed.seal(`of ${bearer}`, bearer)));
  const [totp, access, refresh, instance, signing, channel] = texts;
  await client.query(
    `insert into aquifer_accounts.users (id, email, email_key) values ($1, 'a@b.example', 'a@b.example')`,
    [ids.user],
  );
  await client.query(
    'insert into aquifer_accounts.totp_factors (id, user_id, secret, confirmed_at) values ($1, $2, $3, now())',
    [ids.totp, ids.user, totp],
  );
  await client.query(
    `insert into aquifer_accounts.social_identities (id, user_id, provider, issuer, subject, access_token_sealed, refresh_token_sealed)
     values ($1, $2, 'p', 'i', 's', $3, $4)`,
    [ids.identity, ids.user, access, refresh],
  );
  await client.query(
    `insert into aquifer_accounts.social_instances (provider, instance, client_id, client_secret_sealed)
     values ('mastodon', 'Example.social', 'c', $1)`,
    [instance],
  );
  await client.query(
    `insert into aquifer_accounts.signing_keys (id, algorithm, public_jwk, sealed_jwk, signs_from, signs_until, published_until)
     values ($1, 'ES256', '{}', $2, now(), now(), now())`,
    [ids.signing, signing],
  );
  await client.query(
    `insert into aquifer_monitor.channel
       (id, name, kind, is_enabled, severity_least, shown_target, has_secret, sealed, created_by, changed_by)
     values ($1, 'n', 'webhook', true, 'page', 't', false, $2, $1, $1)`,
    [ids.channel, channel],
  );
});

const rotate = (keys: Record<string, string>, words: string[] = []) =>
  runProgram(['secrets', 'rotate', ...words], { environment: { ...environment, ...keys } });

test('every column that holds something encrypted is known', async () => {
  const { rows } = await client.query<{ name: string }>(
    `select table_schema || '.' || table_name || '.' || column_name as name
     from information_schema.columns
     where table_schema like 'aquifer%' and data_type = 'bytea' and (column_name like '%sealed%' or column_name = 'secret')`,
  );
  // A code in a mail lives for minutes.
  const lasting = rows.map(({ name }) => name).filter((name) => name !== 'aquifer_accounts.mail_log_ins.sealed_code');
  const known = [...accountsSealedPlaces, ...monitorSealedPlaces].map(({ table, column }) => `${table}.${column}`);
  expect(known.sort()).toEqual(lasting.sort());
});

describe('secrets rotate', () => {
  test('needs the key before, and says so; nothing is lost meanwhile', async () => {
    const { exitCode, stdout } = await rotate({ AQUIFER_SECRET_KEY: NEW }, ['--json']);
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ isComplete: true, resealed: 0, unreadable: kept.length });
  });

  test('encrypts everything anew, says how far it is, and that the key before can go', async () => {
    const { exitCode, stdout, stderr } = await rotate({ AQUIFER_SECRET_KEY: NEW, AQUIFER_SECRET_KEY_PREVIOUS: OLD });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('authenticator apps: 1 looked at');
    expect(stdout).toContain('alert channels: 1 looked at, 1 encrypted anew');
    expect(stdout).toContain('Restart the servers without AQUIFER_SECRET_KEY_PREVIOUS.');
    expect(stdout + stderr).not.toContain(NEW);
    const today = createSealer(NEW);
    for (const [bearer, query] of kept) {
      const { rows } = await client.query<{ sealed: Buffer }>(query);
      expect(await today.open(rows[0]?.sealed ?? Buffer.alloc(0), bearer)).toBe(`of ${bearer}`);
    }
    const again = await rotate({ AQUIFER_SECRET_KEY: NEW }, ['--json']);
    expect([again.exitCode, JSON.parse(again.stdout)]).toMatchObject([0, { resealed: 0, unreadable: 0 }]);
  });
});
