-- Figures over time. A row holds a block: what one name measured in a minute of ten-second steps, an hour of minutes or a day of
-- hours, for all its scopes, packed. Parts of the three tables are made and dropped as time goes on, so that what is too old, or
-- too much, goes at once and leaves nothing to vacuum.

-- Names and scopes by number, so that a row need not spell them out.
create table aquifer_monitor.sample_label (
  id integer generated always as identity,
  last_used_on date not null default current_date,
  label text collate "C" not null,
  constraint sample_label_pkey primary key (id),
  constraint sample_label_label_key unique (label)
);

create table aquifer_monitor.sample_10s (
  started_at timestamptz not null,
  name_id integer not null,
  -- Which process measured it: a number of its own since its start.
  source integer not null,
  payload bytea not null,
  constraint sample_10s_pkey primary key (name_id, started_at, source)
) partition by range (started_at);

-- What all processes measured, put together.
create table aquifer_monitor.sample_1m (
  started_at timestamptz not null,
  name_id integer not null,
  payload bytea not null,
  constraint sample_1m_pkey primary key (name_id, started_at)
) partition by range (started_at);

create table aquifer_monitor.sample_1h (
  started_at timestamptz not null,
  name_id integer not null,
  payload bytea not null,
  constraint sample_1h_pkey primary key (name_id, started_at)
) partition by range (started_at);

-- It is packed already.
alter table aquifer_monitor.sample_10s alter column payload set storage external;
alter table aquifer_monitor.sample_1m alter column payload set storage external;
alter table aquifer_monitor.sample_1h alter column payload set storage external;

-- Until when the wider steps have been made of the narrower ones.
create table aquifer_monitor.sample_roll_up (
  tier text not null,
  rolled_until timestamptz not null,
  constraint sample_roll_up_pkey primary key (tier),
  constraint sample_roll_up_tier_known check (tier in ('minutes', 'hours'))
);

insert into aquifer_monitor.sample_roll_up (tier, rolled_until)
values
  ('minutes', to_timestamp(floor(extract(epoch from now()) / 3600) * 3600)),
  ('hours', to_timestamp(floor(extract(epoch from now()) / 86400) * 86400));

-- Counters of tables and indexes as they stood at earlier moments: what happens in an hour is the difference.
create table aquifer_monitor.relation_snapshot (
  taken_at timestamptz not null,
  -- JSON, deflated.
  counters bytea not null,
  constraint relation_snapshot_pkey primary key (taken_at)
);

alter table aquifer_monitor.relation_snapshot alter column counters set storage external;
