-- Snapshots of schema, sizes and statistics: what the planner twin is made of, hour by hour, so that a plan that flipped can be traced
-- to the figure that flipped it.

create schema if not exists aquifer_planner;

-- A piece of snapshots, such as a table with its statistics, as compressed JSON. What did not change is kept once.
create table aquifer_planner.snapshot_part (
  -- SHA-256 of the JSON.
  digest bytea primary key,
  content bytea not null,
  constraint snapshot_part_digest_length check (octet_length(digest) = 32)
);

create table aquifer_planner.snapshot (
  id bigint generated always as identity primary key,
  taken_at timestamptz not null,
  reason text not null,
  server_version text not null,
  relations integer not null,
  indexes integer not null,
  gaps integer not null,
  -- What it added to the parts.
  stored_bytes bigint not null,
  -- Digests, in their order.
  parts bytea[] not null
);

create index snapshot_taken_at_idx on aquifer_planner.snapshot (taken_at);

-- Whose turn it is: of several servers one takes the next snapshot.
create table aquifer_planner.snapshot_turn (
  only_row boolean primary key default true,
  taken_at timestamptz not null,
  -- Of the database when it was taken: {schemaDigest, analyzedAt, tables: [{oid, rows}]}.
  seen jsonb,
  constraint snapshot_turn_one_row check (only_row)
);

insert into aquifer_planner.snapshot_turn (taken_at) values ('-infinity');
