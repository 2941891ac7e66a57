-- What statements cost, by the minute, the hour and the day; how they were planned; what became worse. No constants: a statement
-- is its declared name, or its text with its constants taken out.

create table aquifer_monitor.query_statement (
  -- A digest of its name or its text.
  id text collate "C" primary key,
  name text not null,
  text text,
  lane text,
  -- Declared by the server itself.
  is_ours boolean not null,
  first_seen_at timestamptz not null default now(),
  -- To within an hour.
  last_seen_at timestamptz not null default now()
);

create index query_statement_last_seen_at_idx on aquifer_monitor.query_statement (last_seen_at);

-- Where all goes that is too light to be kept by name.
insert into aquifer_monitor.query_statement (id, name, is_ours)
values ('everything-else', 'Everything else', false);

-- A statement by one caller, or as Postgres itself counts it for all callers.
create table aquifer_monitor.query_series (
  id integer generated always as identity primary key,
  statement_id text collate "C" not null references aquifer_monitor.query_statement (id) on delete cascade,
  -- Empty where no route called it.
  route text not null,
  is_server boolean not null,
  constraint query_series_key unique (statement_id, route, is_server)
);

-- Rows are many: columns stand by their width, so that nothing is lost between them, and nothing refers to the series, which is
-- looked up by whoever reads.
create table aquifer_monitor.query_minute (
  at timestamptz not null,
  rows bigint not null,
  total_ms float8 not null,
  series_id integer not null,
  -- Which process counted; 0 for what Postgres counts, which is the same for all.
  writer integer not null,
  calls integer not null,
  errors integer not null,
  max_ms real not null,
  -- For what Postgres counts.
  hit_blocks bigint,
  read_blocks bigint,
  -- Pairs of a counter's place and its count. Strung together, histograms are added up.
  histogram bytea,
  constraint query_minute_pkey primary key (at, series_id, writer)
);

create table aquifer_monitor.query_hour (
  at timestamptz not null,
  rows bigint not null,
  calls bigint not null,
  total_ms float8 not null,
  series_id integer not null,
  errors integer not null,
  max_ms real not null,
  hit_blocks bigint,
  read_blocks bigint,
  histogram bytea,
  constraint query_hour_pkey primary key (at, series_id)
);

create table aquifer_monitor.query_day (
  at timestamptz not null,
  rows bigint not null,
  calls bigint not null,
  total_ms float8 not null,
  series_id integer not null,
  errors integer not null,
  max_ms real not null,
  hit_blocks bigint,
  read_blocks bigint,
  histogram bytea,
  constraint query_day_pkey primary key (at, series_id)
);

-- Until when hours and days have been summed up.
create table aquifer_monitor.query_roll_up (
  tier text primary key,
  rolled_until timestamptz not null,
  constraint query_roll_up_tier_known check (tier in ('hour', 'day'))
);

create table aquifer_monitor.query_plan (
  statement_id text collate "C" not null references aquifer_monitor.query_statement (id) on delete cascade,
  -- A digest of its steps without figures.
  plan_id text collate "C" not null,
  summary text not null,
  cost float8,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  constraint query_plan_pkey primary key (statement_id, plan_id)
);

create table aquifer_monitor.query_regression (
  id bigint generated always as identity primary key,
  statement_id text collate "C" not null references aquifer_monitor.query_statement (id) on delete cascade,
  at timestamptz not null,
  sentence text not null,
  blocks_ratio float8,
  time_ratio float8 not null,
  plan_before text,
  plan_after text,
  -- An array of {atMs, sentence}.
  preceded_by jsonb not null
);

create index query_regression_at_idx on aquifer_monitor.query_regression (at);
create index query_regression_statement_id_idx on aquifer_monitor.query_regression (statement_id, at);
