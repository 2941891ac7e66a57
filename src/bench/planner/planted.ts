/**
 * A shop of ten tables with a mixed workload: twenty statements each lack one index, others are served already, others write. What is
 * missing is of every kind that advice knows: one column, several, an order, a part of the rows, an expression, an array, a text.
 */

import type { Client } from 'pg';
import type { WorkloadStatement } from '../../main/planner/workload/workload.ts';

/** @param unit thousands of rows of a table of weight one */
export async function makeShop(client: Client, unit: number): Promise<void> {
  const rows = (weight: number) => `generate_series(1, ${Math.round(unit * weight * 1_000)}) as n`;
  const one = (weight: number) => Math.round(unit * weight * 1_000);
  const at = (step: string) => `timestamptz '2026-01-01' + n * interval '${step}'`;
  const spread = (seed: number, count: number) =>
    `1 + (pg_catalog.hashint8extended(n, ${seed}) & 1073741823) % ${count}`;
  const tables: readonly (readonly [string, string])[] = [
    [
      'customers',
      `select n::bigint as id, 'person' || n || '@example.org' as email, 'Person ' || md5(n::text) as name, (${spread(1, 200)})::integer as region_id,
      ${at('2 minutes')} as created_at from ${rows(1)}`,
    ],
    [
      'orders',
      `select n::bigint as id, (${spread(2, one(1))})::bigint as customer_id, (array['done', 'done', 'done', 'done', 'open', 'done', 'done', 'done', 'done', 'lost'])[${spread(3, 10)}] as status,
      ${at('1 minute')} as placed_at, (${spread(4, 90_000)}) / 100.0 as total, case when n % 200 = 0 then 'V' || n end as voucher from ${rows(4)}`,
    ],
    [
      'order_items',
      `select n::bigint as id, (${spread(5, one(4))})::bigint as order_id, (${spread(6, one(0.5))})::bigint as product_id, (${spread(7, 9)})::integer as quantity, (${spread(8, 9_000)}) / 100.0 as price
      from ${rows(8)}`,
    ],
    [
      'products',
      `select n::bigint as id, 'SKU-' || n as sku, (${spread(9, 300)})::integer as category_id, (${spread(10, 90_000)}) / 100.0 as price, md5(n::text) || ' ' || md5((n * 7)::text) as title,
      array['t' || (${spread(11, 500)}), 't' || (${spread(12, 500)})] as tags from ${rows(0.5)}`,
    ],
    [
      'reviews',
      `select n::bigint as id, (${spread(13, one(0.5))})::bigint as product_id, (${spread(14, one(1))})::bigint as customer_id, (${spread(15, 5)})::integer as stars, ${at('3 minutes')} as written_at,
      repeat(md5(n::text), 4) as body from ${rows(2)}`,
    ],
    [
      'sessions',
      `select n::bigint as id, (${spread(16, one(1))})::bigint as customer_id, md5(n::text) as token, ${at('90 seconds')} as seen_at, n % 20 = 0 as is_open from ${rows(2)}`,
    ],
    [
      'events',
      `select n::bigint as id, (${spread(17, one(1))})::bigint as customer_id, 'kind ' || (${spread(18, 40)}) as kind, ${at('20 seconds')} as happened_at,
      jsonb_build_object('page', ${spread(19, 3_000)}, 'way', ${spread(20, 4)}) as details from ${rows(6)}`,
    ],
    [
      'messages',
      `select n::bigint as id, (${spread(21, one(1))})::bigint as sender_id, (${spread(22, one(1))})::bigint as receiver_id, case when n % 50 > 0 then ${at('5 minutes')} end as read_at,
      ${at('4 minutes')} as sent_at from ${rows(3)}`,
    ],
    [
      'invoices',
      `select n::bigint as id, (${spread(23, one(4))})::bigint as order_id, 'R-' || n as number, (date '2026-01-01' + (n % 330)) as due_on, n % 25 > 0 as is_paid from ${rows(2)}`,
    ],
    [
      'devices',
      `select n::bigint as id, (${spread(24, one(1))})::bigint as customer_id, md5((n * 3)::text) as push_key, (${spread(25, 12)})::integer as model from ${rows(1)}`,
    ],
  ];
  for (const [name, select] of tables) {
    await client.query(`create table ${name} as ${select}; alter table ${name} add primary key (id)`);
  }
  await client.query('create index on orders (customer_id); create index on sessions (token)');
  await client.query('vacuum analyze');
}

/** The statement, and the index that somebody who knows would have made for it. */
const PLANTED: readonly (readonly [string, string])[] = [
  ['select id, name from customers where email = $1', 'customers (email)'],
  ['select id, total from orders where status = $1 order by placed_at desc limit $2', 'orders (status, placed_at)'],
  ['select count(*) from orders where placed_at >= $1 and placed_at < $2', 'orders (placed_at)'],
  ['select id from orders where voucher = $1', 'orders (voucher) where voucher is not null'],
  ['select product_id, quantity from order_items where order_id = $1', 'order_items (order_id)'],
  ['select sum(quantity) from order_items where product_id = $1', 'order_items (product_id) include (quantity)'],
  ['select id, price from products where sku = $1', 'products (sku)'],
  ['select id, title from products where category_id = $1 order by price limit $2', 'products (category_id, price)'],
  ['select id, title from products where tags @> $1', 'products using gin (tags)'],
  [
    'select stars, body from reviews where product_id = $1 order by written_at desc limit $2',
    'reviews (product_id, written_at)',
  ],
  ['select id, product_id, stars from reviews where customer_id = $1', 'reviews (customer_id)'],
  ['select id, seen_at from sessions where customer_id = $1 and is_open', 'sessions (customer_id) where is_open'],
  [
    'select kind, happened_at from events where customer_id = $1 order by happened_at desc limit $2',
    'events (customer_id, happened_at)',
  ],
  ['select count(*) from events where kind = $1 and happened_at > $2', 'events (kind, happened_at)'],
  ['select id, happened_at from events where details @> $1', 'events using gin (details)'],
  [
    'select id, sent_at from messages where receiver_id = $1 and read_at is null',
    'messages (receiver_id) where read_at is null',
  ],
  ['select id, sent_at from messages where sender_id = $1 and receiver_id = $2', 'messages (sender_id, receiver_id)'],
  [
    'select i.number, o.total from orders o join invoices i on i.order_id = o.id where o.customer_id = $1',
    'invoices (order_id)',
  ],
  [
    'select id, number from invoices where not is_paid and due_on < $1 order by due_on limit $2',
    'invoices (due_on) where not is_paid',
  ],
  ['select customer_id from devices where lower(push_key) = $1', 'devices (lower(push_key))'],
];

const SERVED = [
  'select * from customers where id = $1',
  'select * from orders where customer_id = $1',
  'select customer_id from sessions where token = $1',
  'select * from products where id = any($1)',
  'select number from invoices where id = $1',
  'select o.id, c.name from orders o join customers c on c.id = o.customer_id where o.id = $1',
];

const WRITES: readonly (readonly [string, number])[] = [
  ["insert into events (id, customer_id, kind, happened_at, details) values ($1, $2, 'kind 1', now(), '{}')", 100_000],
  ['insert into messages (id, sender_id, receiver_id, sent_at) values ($1, $2, $3, now())', 20_000],
  ['update sessions set seen_at = now() where id = $1', 50_000],
  ['update orders set status = $1 where id = $2', 8_000],
  ['insert into order_items (id, order_id, product_id, quantity, price) values ($1, $2, $3, 1, 9.5)', 10_000],
];

export interface Planted {
  statement: WorkloadStatement;
  /** Behind `create index on`. */
  index: string;
}

const statement = (name: string, text: string, callsPerDay: number): WorkloadStatement => ({
  ...{ name, source: 'file', text, callsPerDay, meanMs: null },
});

export const planted: readonly Planted[] = PLANTED.map(([text, index], place) => ({
  index,
  statement: statement(`missing.${place + 1}`, text, 4_000),
}));
export const served = SERVED.map((text, place) => statement(`served.${place + 1}`, text, 20_000));
export const writes = WRITES.map(([text, calls], place) => statement(`write.${place + 1}`, text, calls));
