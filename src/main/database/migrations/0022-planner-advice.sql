-- What the planner was asked for, what it found, the work it does on indexes, and the ledger of its advice.

create schema if not exists aquifer_planner;

create table aquifer_planner.run (
  id uuid primary key,
  kind text not null,
  state text not null,
  -- Of advice: a budget, and whether a Postgres of the same major version is wanted.
  options jsonb not null,
  asked_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  -- A user; null where the clock asked.
  by_user uuid,
  snapshot_taken_at timestamptz,
  steps_done integer,
  steps_total integer,
  sentence text not null,
  -- Written every few seconds while its server lives.
  beat_at timestamptz not null default now(),
  constraint run_kind_known check (kind in ('review', 'advice', 'forecast', 'sizing')),
  constraint run_state_known check (state in ('waiting', 'running', 'done', 'failed', 'cancelled'))
);

create index run_asked_at_idx on aquifer_planner.run (asked_at);
create index run_kind_ended_at_idx on aquifer_planner.run (kind, ended_at) where state = 'done';
-- Over all servers, one of a kind at a time.
create unique index run_one_of_a_kind on aquifer_planner.run (kind) where state in ('waiting', 'running');

-- A report in parts, so that nobody has to read all plans to see one. Compressed JSON.
create table aquifer_planner.report_part (
  run_id uuid not null references aquifer_planner.run (id) on delete cascade,
  part text not null,
  body bytea not null,
  primary key (run_id, part)
);

-- An index that is being created or dropped in production, or was.
create table aquifer_planner.index_work (
  id uuid primary key,
  kind text not null,
  schema_name text not null,
  table_name text not null,
  index_name text not null,
  ddl text not null,
  -- The same as single statements: several where the table is partitioned.
  steps text[] not null,
  undo_ddl text,
  -- What it takes, or took.
  size_bytes bigint not null,
  state text not null,
  attempt integer not null default 1,
  phase text not null,
  share real,
  sentence text not null,
  by_user uuid not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  beat_at timestamptz not null default now(),
  advice_id text,
  undoes uuid,
  constraint index_work_kind_known check (kind in ('create', 'drop')),
  constraint index_work_state_known check (state in ('running', 'done', 'failed', 'cancelled'))
);

create index index_work_started_at_idx on aquifer_planner.index_work (started_at);
create index index_work_advice_idx on aquifer_planner.index_work (advice_id, started_at);
-- Over all servers, one at a time: two would wait for each other.
create unique index index_work_one_at_a_time on aquifer_planner.index_work ((true)) where state = 'running';

-- The ledger: what was offered, what became of it, what was predicted and what came true.
create table aquifer_planner.advice (
  -- The same for the same index, from run to run.
  id text primary key,
  kind text not null,
  state text not null,
  run_id uuid not null,
  -- Its place in the last run that says it.
  place integer not null,
  offered_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  by_user uuid,
  reason text,
  -- The whole advice: compressed JSON.
  body bytea not null,
  -- When it was followed.
  done_at timestamptz,
  -- How far it has been looked at since: waiting, first_hour, day.
  stage text,
  -- What came true: statements with their figures before and after.
  realised jsonb,
  constraint advice_kind_known check (kind in ('create', 'drop')),
  constraint advice_state_known
    check (state in ('offered', 'declined', 'under_way', 'done', 'failed', 'undone', 'outdated')),
  constraint advice_stage_known check (stage in ('waiting', 'first_hour', 'day'))
);

create index advice_changed_at_idx on aquifer_planner.advice (changed_at);
create index advice_done_at_idx on aquifer_planner.advice (done_at) where done_at is not null;
