-- Incidents, what happened around them to the second, and what an operator has done: deploys, caps, indexes under way.

create table aquifer_monitor.incident (
  id uuid primary key,
  -- For people.
  number integer not null,
  state text not null,
  title text not null,
  opened_at timestamptz not null,
  detected_at timestamptz,
  named_at timestamptz,
  contained_at timestamptz,
  closed_at timestamptz,
  users_hurt integer not null,
  verdict_kind text,
  -- A user, where an operator has opened it; it then stays open until one closes it.
  opened_by uuid,
  has_postmortem boolean not null default false,
  constraint incident_number_key unique (number),
  constraint incident_state_known check (state in ('open', 'closed'))
);

-- One at a time, however many servers see it.
create unique index incident_open_key on aquifer_monitor.incident ((true)) where state = 'open';

-- What each server saw of it. A server that was started anew is another one.
create table aquifer_monitor.incident_share (
  incident_id uuid not null references aquifer_monitor.incident (id) on delete cascade,
  process_id uuid not null,
  impact jsonb not null,
  points jsonb not null,
  verdicts jsonb not null,
  is_quiet boolean not null,
  beat_at timestamptz not null default now(),
  primary key (incident_id, process_id)
);

-- Sentences with names and figures, never a statement's constants.
create table aquifer_monitor.timeline_entry (
  id uuid primary key,
  at timestamptz not null,
  kind text not null,
  sentence text not null,
  -- A user, where a person did or wrote it.
  by_user uuid,
  details jsonb not null
);

create index timeline_entry_at_idx on aquifer_monitor.timeline_entry (at);

create table aquifer_monitor.deploy (
  id uuid primary key,
  at timestamptz not null,
  version text not null,
  about text not null,
  by_user uuid
);

create index deploy_at_idx on aquifer_monitor.deploy (at);

create table aquifer_monitor.statement_cap (
  id uuid primary key,
  statement text not null,
  max_at_once integer not null,
  until timestamptz not null,
  reason text not null,
  by_user uuid not null,
  constraint statement_cap_statement_key unique (statement)
);

create table aquifer_monitor.index_job (
  id uuid primary key,
  sql text not null,
  schema_name text not null,
  index_name text not null,
  state text not null,
  phase text not null,
  share real,
  sentence text not null,
  by_user uuid not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  -- Written every few seconds while its server lives.
  beat_at timestamptz not null default now(),
  constraint index_job_state_known check (state in ('running', 'done', 'failed', 'cancelled'))
);

create index index_job_started_at_idx on aquifer_monitor.index_job (started_at);
