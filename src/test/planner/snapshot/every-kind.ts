/** A schema with every kind of thing that a snapshot carries, and some rows. Runs on 14 to 18, as the owner of the database. */

import type { Client } from 'pg';

export const LONG_NAME = 'n'.repeat(63);
/** 21 letters of three bytes. */
export const LONG_UNICODE_NAME = '水'.repeat(21);

const SCHEMA_AND_ROWS = `
  create schema shop;
  create schema "odd ""schema"" Ünï";

  create type shop.mood as enum ('sad', 'it''s ok', 'happy');
  create domain shop.positive as integer not null check (value > 0);
  create domain shop.small_positive as shop.positive check (value < 1000);
  create type shop.money_like as (amount numeric(12,2), "Currency" char(3));
  create type shop.priced as (price shop.money_like, mood shop.mood);
  create type shop.float_range as range (subtype = float8, subtype_diff = float8mi);
  create collation shop.exact from "C";
  create sequence shop.loose_numbers as bigint;

  create function shop.twice(n integer) returns integer language sql immutable strict cost 7 as 'select n * 2';
  create function shop.slug(t text) returns text language plpgsql immutable as $$ begin return lower(t); end $$;
  create function shop.pairs(n integer default 3) returns table (a integer, b text) language plpgsql stable rows 42 as
    $$ begin return query select 1, 'x'; end $$;
  create function shop.noticed() returns trigger language plpgsql as $$ begin return new; end $$;

  create table shop.customers (
    id bigint generated always as identity primary key,
    email text collate shop.exact not null unique,
    mood shop.mood,
    age shop.small_positive,
    price shop.priced,
    tags text[],
    born date,
    details jsonb not null default '{}',
    home point,
    seen tstzrange,
    lowered text generated always as (lower(email)) stored,
    constraint customers_born_check check (born > '1900-01-01')
  ) with (fillfactor = 80);
  create trigger customers_noticed before insert on shop.customers for each row execute function shop.noticed();
  create index customers_slug_idx on shop.customers (shop.slug(email));
  create index customers_happy_idx on shop.customers (born desc nulls last) include (age) where mood = 'happy';
  create index customers_tags_idx on shop.customers using gin (tags);
  create index customers_details_idx on shop.customers using gin (details jsonb_path_ops);
  create index customers_home_idx on shop.customers using gist (home);
  create index customers_born_brin on shop.customers using brin (born) with (pages_per_range = 32);
  create index customers_email_hash on shop.customers using hash (email);
  create index customers_email_pattern on shop.customers (email text_pattern_ops, (lower(email)) collate "C");

  create table shop.orders (
    id bigint not null, customer_id bigint not null, placed_at timestamptz not null, total numeric(12,2)
  ) partition by range (placed_at);
  create table shop.orders_2025 partition of shop.orders for values from ('2025-01-01') to ('2026-01-01');
  create table shop.orders_later partition of shop.orders default partition by hash (id);
  create table shop.orders_later_0 partition of shop.orders_later for values with (modulus 2, remainder 0);
  create table shop.orders_later_1 partition of shop.orders_later for values with (modulus 2, remainder 1);
  alter table shop.orders add primary key (id, placed_at);
  create index orders_customer_idx on shop.orders (customer_id);
  alter table shop.orders add foreign key (customer_id) references shop.customers (id);

  create table shop.vehicles (id integer primary key, wheels integer, constraint wheels_check check (wheels > 0));
  create table shop.lorries (load integer) inherits (shop.vehicles);
  create table shop.bookings (room integer, during tstzrange, exclude using gist (during with &&));
  create table shop.later_checked (id integer, customer_id bigint);
  alter table shop.later_checked add constraint later_fk foreign key (customer_id) references shop.customers (id) not valid;
  create table shop.empty_one (id integer primary key, note text);
  create table shop.never_analysed (id integer);

  create view shop.buyers as
    select c.id, c.email, count(o.id) as orders, "Odd Name".n as "Odd ""N"""
    from shop.customers c left join shop.orders o on o.customer_id = c.id cross join (select 1 as n) "Odd Name"
    group by c.id, c.email, "Odd Name".n;
  create view shop.good_buyers with (security_barrier) as select * from shop.buyers where orders > 1;
  create materialized view shop.totals as select customer_id, sum(total) as total from shop.orders group by 1;
  create unique index totals_idx on shop.totals (customer_id);
  create statistics shop.linked (dependencies, ndistinct) on wheels, id from shop.vehicles;

  create table "odd ""schema"" Ünï"."Table with 'all'; --" (
    "select" integer primary key, "ünïcödé" text, "${LONG_NAME}" integer, "${LONG_UNICODE_NAME}" text, "a""b" integer
  );
  create index "${LONG_UNICODE_NAME}" on "odd ""schema"" Ünï"."Table with 'all'; --" ("${LONG_UNICODE_NAME}", "a""b");

  insert into shop.customers (email, mood, age, born, tags, details, home, seen)
    select 'user' || i || '@example.com', (array['sad', 'it''s ok', 'happy'])[1 + i % 3]::shop.mood, 1 + i % 90,
      date '1950-01-01' + i, array['t' || i % 10, 'all'], jsonb_build_object('n', i % 7), point(i, i % 10),
      tstzrange(timestamptz '2025-01-01' + i * interval '1 hour', timestamptz '2025-01-02' + i * interval '1 hour')
    from generate_series(1, 3000) i;
  insert into shop.orders
    select i, 1 + i % 3000, timestamptz '2025-06-01' + i * interval '3 hours', i % 100 from generate_series(1, 5000) i;
  insert into shop.vehicles select i, 1 + i % 4 from generate_series(1, 200) i;
  insert into shop.lorries select 1000 + i, 4, i from generate_series(1, 100) i;
  insert into "odd ""schema"" Ünï"."Table with 'all'; --" select i, 'é''"\\{},' || i, i, '水' || i, i from generate_series(1, 300) i;
  refresh materialized view shop.totals;
`;

const ANALYSED = `
  analyze shop.customers, shop.orders, shop.orders_2025, shop.vehicles, shop.lorries, shop.totals, shop.empty_one,
    shop.orders_later_0, shop.orders_later_1, "odd ""schema"" Ünï"."Table with 'all'; --"`;

/** Newer than what ANALYZE saw. */
const LATER_ROWS = `
  insert into shop.orders
    select i, 1, timestamptz '2031-01-01' + i * interval '1 minute' from generate_series(6000, 6010) i`;

/** One after the other: rows that are counted after their ANALYZE would have autovacuum analyse them once more, under the test. */
export async function makeEveryKind(client: Pick<Client, 'query'>): Promise<void> {
  for (const text of [SCHEMA_AND_ROWS, ANALYSED, LATER_ROWS]) await client.query(text);
}
