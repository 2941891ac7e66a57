/** A schema with every kind of thing that the planner twin must have as production has it, its rows, and questions to ask of it. */

export const EVERY_KIND_SCHEMA = `
  create extension if not exists pg_trgm;
  create schema sales;
  create schema "Odd ""Schema";
  create type sales.status as enum ('new', 'paid', 'sent', 'done');
  create domain sales.amount as numeric(12, 2) check (value >= 0);
  create type sales.place as (street text, city text);
  create function sales.tax(value numeric) returns numeric language sql immutable as 'select value * 0.2';

  create table sales.customers (
    id bigint generated always as identity primary key,
    email text not null unique,
    name text not null,
    country text not null,
    tags text[] not null,
    profile jsonb not null,
    home sales.place,
    seen int4range,
    created_at timestamptz not null
  );
  create index on sales.customers (lower(email));
  create index on sales.customers using gin (tags);
  create index on sales.customers using gin (profile jsonb_path_ops);
  create index on sales.customers using gin (name gin_trgm_ops);
  create index on sales.customers using gist (seen);
  create index on sales.customers (country) where country <> 'de';
  create index on sales.customers using hash (name);

  create table sales.orders (
    id bigint primary key,
    customer_id bigint not null references sales.customers (id),
    status sales.status not null,
    total sales.amount not null,
    with_tax numeric generated always as (total * 1.2) stored,
    created_at timestamptz not null,
    note text
  );
  create index on sales.orders (customer_id, created_at desc);
  create index on sales.orders (status);
  create index on sales.orders (created_at) include (total);
  create index on sales.orders using brin (created_at);
  create index on sales.orders (customer_id) where status = 'new';

  create table sales.events (id bigint, at timestamptz not null, kind int not null, payload text) partition by range (at);
  create table sales.events_1 partition of sales.events for values from ('2026-01-01') to ('2026-02-01');
  create table sales.events_2 partition of sales.events for values from ('2026-02-01') to ('2026-03-01');
  create table sales.events_rest partition of sales.events default;
  create index on sales.events (at);
  alter table sales.events add primary key (id, at);

  create table sales.documents (id int primary key, title text);
  create table sales.invoices (amount int check (amount > 0)) inherits (sales.documents);
  create index on sales.invoices (id);

  create table "Odd ""Schema"."Größe, 'ü'" (
    "Spalte ""x""" int primary key,
    "SELECT" text not null,
    "${'ß'.repeat(31)}x" int
  );
  create index "a.b" on "Odd ""Schema"."Größe, 'ü'" ("SELECT", "Spalte ""x""");
  create index on "Odd ""Schema"."Größe, 'ü'" ("${'ß'.repeat(31)}x");

  create table sales.nothing (id int primary key, name text);
  create table sales.unseen (id int primary key, name text);
  create index on sales.unseen (name);

  create view sales.open_orders as select o.*, c.country from sales.orders o join sales.customers c on c.id = o.customer_id
    where o.status in ('new', 'paid');
  create materialized view sales.by_country as select country, count(*) as customers from sales.customers group by country;
`;

export const EVERY_KIND_ROWS = `
  select setseed(0.5);
  insert into sales.customers (email, name, country, tags, profile, home, seen, created_at)
  select 'User' || n || '@example.org', md5((n % 1500)::text), (array['de','fr','us','at'])[1 + floor(power(random(), 3) * 4)::int],
    array['t' || n % 50, 'u' || n % 7], jsonb_build_object('plan', n % 5, 'city', 'c' || n % 300),
    row('street ' || n, 'city')::text::sales.place, int4range(n % 1000, n % 1000 + 10), '2025-01-01'::timestamptz + n * interval '1 minute'
  from generate_series(1, 4000) n;
  insert into sales.orders (id, customer_id, status, total, created_at, note)
  select n, 1 + floor(power(random(), 2) * 4000)::int, (enum_range(null::sales.status))[1 + floor(power(random(), 4) * 4)::int],
    round((random() * 500)::numeric, 2), '2025-06-01'::timestamptz + n * interval '6 minutes',
    case when n % 3 = 0 then repeat('x', n % 40) end
  from generate_series(1, 20000) n;
  insert into sales.events
  select n, '2026-01-01'::timestamptz + n * interval '9 minutes', n % 20, repeat('p', 20) from generate_series(1, 10000) n;
  insert into sales.documents select n, 'title ' || n from generate_series(1, 2000) n;
  insert into sales.invoices select n, 'invoice ' || n, n from generate_series(1, 5000) n;
  insert into "Odd ""Schema"."Größe, 'ü'" select n, 's' || n % 100, n % 17 from generate_series(1, 8000) n;
  insert into sales.unseen select n, 'n' || n from generate_series(1, 3000) n;
  refresh materialized view sales.by_country;
`;

/** Run by themselves: VACUUM takes no company. Every page is looked at, so that rows are counted and not estimated. */
export const EVERY_KIND_VACUUM = [
  'sales.customers',
  'sales.orders',
  'sales.events',
  'sales.documents',
  'sales.invoices',
  `"Odd ""Schema"."Größe, 'ü'"`,
  'sales.nothing',
  'sales.by_country',
].map((table) => `vacuum (analyze, freeze, disable_page_skipping) ${table}`);

export const EVERY_KIND_QUESTIONS: readonly { text: string; params?: string[] }[] = [
  { text: 'select * from sales.customers where id = $1', params: ['77'] },
  { text: 'select * from sales.customers where email = $1', params: ['User77@example.org'] },
  { text: 'select * from sales.customers where lower(email) = $1', params: ['user77@example.org'] },
  { text: 'select * from sales.customers where tags @> $1', params: ['{t3}'] },
  { text: 'select * from sales.customers where profile @> $1', params: ['{"city":"c7"}'] },
  { text: 'select * from sales.customers where name like $1', params: ['%abc%'] },
  { text: 'select * from sales.customers where seen && $1', params: ['[5,7)'] },
  { text: "select * from sales.customers where country = 'us' limit 10" },
  { text: 'select * from sales.customers where name = $1', params: ['c4ca4238a0b923820dcc509a6f75849b'] },
  { text: 'select country, count(*) from sales.customers group by country' },
  { text: 'select * from sales.orders where customer_id = $1 order by created_at desc limit 20', params: ['5'] },
  { text: 'select * from sales.orders where customer_id = $1', params: ['9000'] },
  { text: 'select * from sales.orders where status = $1', params: ['done'] },
  { text: 'select * from sales.orders where status = $1 order by id limit 50', params: ['new'] },
  { text: 'select created_at, total from sales.orders where created_at > $1', params: ['2025-08-20'] },
  {
    text: 'select sum(with_tax) from sales.orders where created_at between $1 and $2',
    params: ['2025-07-01', '2025-07-02'],
  },
  {
    text: 'select * from sales.orders o join sales.customers c on c.id = o.customer_id where c.email = $1',
    params: ['User5@example.org'],
  },
  {
    text: 'select c.country, sum(o.total) from sales.orders o join sales.customers c on c.id = o.customer_id group by 1',
  },
  { text: 'select * from sales.open_orders where country = $1 order by created_at limit 10', params: ['fr'] },
  {
    text: 'select * from sales.customers c where exists (select from sales.orders o where o.customer_id = c.id and o.total > 490)',
  },
  { text: 'select c.* from sales.customers c where c.id not in (select customer_id from sales.orders)' },
  { text: 'select max(created_at), min(id) from sales.orders' },
  { text: 'select * from sales.events where at = $1', params: ['2026-01-10'] },
  { text: 'select * from sales.events where id = $1', params: ['500'] },
  { text: 'select kind, count(*) from sales.events where at > $1 group by kind', params: ['2026-01-15'] },
  { text: 'select * from sales.events e join sales.orders o on o.id = e.id where e.at < $1', params: ['2026-01-03'] },
  { text: 'select * from sales.documents where id = $1', params: ['40'] },
  { text: 'select * from sales.documents order by title limit 5' },
  { text: 'select * from sales.invoices where amount < 0' },
  { text: `select * from "Odd ""Schema"."Größe, 'ü'" where "SELECT" = $1`, params: ['s5'] },
  { text: `select count(*) from "Odd ""Schema"."Größe, 'ü'" where "${'ß'.repeat(31)}x" = 3` },
  { text: 'select * from sales.nothing where name = $1', params: ['a'] },
  { text: 'select * from sales.nothing n join sales.orders o on o.id = n.id' },
  { text: 'select * from sales.unseen where name = $1', params: ['n5'] },
  { text: 'select * from sales.by_country where country = $1', params: ['de'] },
  { text: 'update sales.orders set note = $1 where id = $2', params: ['x', '5'] },
  { text: 'delete from sales.orders where created_at < $1', params: ['2025-06-02'] },
  { text: 'insert into sales.nothing (id, name) values ($1, $2) on conflict (id) do nothing', params: ['1', 'x'] },
  { text: 'select * from sales.orders where total > sales.tax(2400)' },
  {
    text: 'with recent as materialized (select * from sales.orders where created_at > $1) select * from recent r join sales.customers c on c.id = r.customer_id',
    params: ['2025-08-21'],
  },
  { text: 'select o.*, row_number() over (partition by customer_id order by created_at) from sales.orders o' },
  // Beyond what is there, and near its end.
  { text: 'select * from sales.orders where created_at > $1', params: ['2031-01-01'] },
  { text: 'select * from sales.orders where created_at > $1', params: ['2025-08-23 05:00:00+00'] },
  { text: 'select * from sales.orders where id < $1', params: ['-5'] },
  { text: 'select * from sales.customers where email > $1', params: ['zzzz'] },
  { text: 'select * from sales.events where at > $1', params: ['2027-01-01'] },
  { text: 'select distinct country from sales.customers order by country' },
];
