/**
 * The data: 600 users with 20 notes each, once for the ordinary server and once, the same, for Aquifer; and the orders, one
 * table that both read. Sessions are opened beforehand, as those of people who had logged in before the drought.
 */

import { hash } from '@node-rs/argon2';
import pg from 'pg';
import { HASH_COST } from '../../main/accounts/hashing/cost.ts';
import { type Measured, nextSize } from './calibration.ts';
import { HARNESS_PROGRAM, reports } from './kinds.ts';
import { hashToken, NOTES_EACH, PASSWORD, type Person } from './people.ts';

const FIRST_ROWS = 500_000;
const ROWS_MAX = 20_000_000;
const NOTE = 'Water finds its level. '.repeat(8);

const ORDINARY_SCHEMA = `
  create schema ordinary;
  create table ordinary.users (
    id uuid primary key,
    email text not null unique,
    password_hash text not null
  );
  create table ordinary.sessions (
    token_hash bytea primary key,
    user_id uuid not null references ordinary.users (id),
    created_at timestamptz not null default now()
  );
  create table ordinary.notes (
    id uuid primary key,
    owner_id uuid not null references ordinary.users (id),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    title text,
    body text
  );
  create index notes_owner_id on ordinary.notes (owner_id, id);`;

/** What a crash loses does not matter here, as the table is made anew for each run: hence unlogged. */
const SHOP_SCHEMA = `
  create schema shop;
  create unlogged table shop.orders (
    id bigint not null,
    customer_email text not null,
    status text not null,
    total_cents integer not null,
    placed_at timestamptz not null
  );
  create table shop.report_runs (
    name text primary key,
    runs integer not null,
    note text
  );
  insert into shop.report_runs (name, runs) values ('daily', 0);`;

export async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, application_name: HARNESS_PROGRAM });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The same password for all: what a log-in costs is to verify it, and that is the same for every hash. */
export function hashPassword(): Promise<string> {
  // The library's enumeration exists for the compiler alone; 2 is argon2id.
  return hash(PASSWORD, { algorithm: 2, ...HASH_COST });
}

export async function seedOrdinary(client: pg.Client, people: readonly Person[], passwordHash: string): Promise<void> {
  await client.query(ORDINARY_SCHEMA);
  await client.query(
    `insert into ordinary.users (id, email, password_hash)
     select p.id, p.email, $3 from unnest($1::uuid[], $2::text[]) as p (id, email)`,
    [people.map(({ id }) => id), people.map(({ email }) => email), passwordHash],
  );
  await client.query(
    `insert into ordinary.sessions (token_hash, user_id)
     select p.token_hash, p.id from unnest($1::bytea[], $2::uuid[]) as p (token_hash, id)`,
    [people.map(({ token }) => hashToken(token)), people.map(({ id }) => id)],
  );
  await client.query(
    `insert into ordinary.notes (id, owner_id, title, body)
     select uuidv7(), u.id, 'Note ' || n, $1 from ordinary.users u, generate_series(1, ${NOTES_EACH}) n`,
    [NOTE],
  );
  await client.query('vacuum (analyze) ordinary.users, ordinary.sessions, ordinary.notes');
}

/** As Aquifer's own API would have written it; called once its migrations have run and the collection is there. */
export async function seedAquifer(client: pg.Client, people: readonly Person[], passwordHash: string): Promise<void> {
  await client.query(
    `insert into aquifer_accounts.users (id, email, email_key, email_verified_at, password_hash)
     select p.id, p.email, p.email, now(), $3 from unnest($1::uuid[], $2::text[]) as p (id, email)`,
    [people.map(({ id }) => id), people.map(({ email }) => email), passwordHash],
  );
  await client.query(
    `insert into aquifer_accounts.sessions (id, user_id, token_hash, expires_at, lifetime_ends_at)
     select uuidv7(), p.id, p.token_hash, now() + interval '7 days', now() + interval '30 days'
     from unnest($1::bytea[], $2::uuid[]) as p (token_hash, id)`,
    [people.map(({ token }) => hashToken(token)), people.map(({ id }) => id)],
  );
  await client.query(
    `insert into aquifer_data.notes (id, owner_id, title, body)
     select uuidv7(), u.id, 'Note ' || n, $1
     from aquifer_accounts.users u, generate_series(1, ${NOTES_EACH}) n
     where u.role = 'user'`,
    [NOTE],
  );
  await client.query('vacuum (analyze) aquifer_accounts.users, aquifer_accounts.sessions, aquifer_data.notes');
}

/** Grows the orders until the report of the drought `cpu`, alone and with the server's own parallel workers, takes 3 s. */
export async function seedOrders(
  client: pg.Client,
  onProgress: (line: string) => void,
  rowsMax: number = ROWS_MAX,
): Promise<Measured> {
  await client.query(SHOP_SCHEMA);
  let rows = 0;
  let size: number | null = Math.min(FIRST_ROWS, rowsMax);
  let measured: Measured = { rows, ms: 0 };
  while (size !== null) {
    await addOrders(client, rows + 1, size);
    rows = size;
    await client.query('vacuum (analyze) shop.orders');
    measured = { rows, ms: await timeReport(client) };
    onProgress(`${rows.toLocaleString('en')} orders: one report alone takes ${(measured.ms / 1000).toFixed(1)} s`);
    size = nextSize(measured, rowsMax);
  }
  await client.query('alter table shop.orders add primary key (id)');
  await client.query('analyze shop.orders');
  return measured;
}

async function addOrders(client: pg.Client, from: number, to: number): Promise<void> {
  await client.query(
    `insert into shop.orders (id, customer_email, status, total_cents, placed_at)
     select
       n,
       'Customer.' || (n * 7919 % 40009) || '+shop@Mail.example.org',
       (array['open', 'paid', 'sent', 'returned'])[1 + n % 4],
       500 + n * 31 % 20000,
       now() - n * interval '7 seconds'
     from generate_series($1::bigint, $2::bigint) n`,
    [from, to],
  );
}

async function timeReport(client: pg.Client): Promise<number> {
  const startedAt = performance.now();
  await client.query(reports.cpu.text, [...reports.cpu.values]);
  return performance.now() - startedAt;
}
