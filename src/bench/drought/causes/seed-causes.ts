/** The tables that some causes need: parcels, in no order, with an index that serves well, and a small catalogue. */

import type pg from 'pg';

/** Each is another customer's, in no order: a sample of them never holds a value twice, whoever takes it. */
const PARCELS = 1_200_000;

const TABLES = `
  create unlogged table shop.parcels (
    id bigint not null,
    customer_id integer not null,
    weight_grams integer not null,
    address text not null
  ) with (autovacuum_enabled = off);
  create unlogged table shop.catalogue (
    id integer primary key,
    name text not null
  );
  insert into shop.catalogue (id, name) select n, 'Article ' || n from generate_series(1, 1000) n;`;

export async function seedCauses(client: pg.Client, parcels: number = PARCELS): Promise<void> {
  await client.query(TABLES);
  await client.query(
    `insert into shop.parcels (id, customer_id, weight_grams, address)
     select n, (n * 7919) % 1200007, 100 + n % 5000, 'Riverside ' || n || ', ' || repeat('by the well ', 5)
     from generate_series(1::bigint, $1::bigint) n`,
    [parcels],
  );
  await client.query('create index parcels_customer_id on shop.parcels (customer_id)');
  await client.query('vacuum (analyze) shop.parcels');
  await client.query('vacuum (analyze) shop.catalogue');
}
