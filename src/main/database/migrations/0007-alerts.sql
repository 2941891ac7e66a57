-- Alerts, the rules that raise them, what is usual at each hour, and what operators' words have taught.

create table aquifer_monitor.alert (
  id uuid primary key,
  rule_id text not null,
  -- As it was called when it fired.
  rule_name text not null,
  severity text not null,
  scope text not null,
  -- What it is one of: a statement, a lock's holder, a replica; never a pid.
  cause_group text not null,
  state text not null,
  sentence text not null,
  started_at timestamptz not null,
  resolved_at timestamptz,
  value double precision,
  threshold double precision,
  unit text not null,
  -- How many signs of the same trouble were folded into it.
  signs integer not null,
  incident_id text,
  feedback text,
  constraint alert_severity_known check (severity in ('page', 'ticket', 'note')),
  constraint alert_state_known check (state in ('firing', 'resolved')),
  constraint alert_feedback_known check (feedback in ('useful', 'noise', 'expected', 'missed'))
);

create index alert_started_at_idx on aquifer_monitor.alert (started_at desc, id desc);
create index alert_firing_idx on aquifer_monitor.alert (started_at) where state = 'firing';

-- Operators' own rules, and what they have changed of the built-in ones.
create table aquifer_monitor.alert_rule (
  -- A built-in rule's own name, or a random one.
  id text primary key,
  definition jsonb not null,
  -- Users; without a reference, so that a rule outlives the account that made it.
  changed_by uuid not null,
  changed_at timestamptz not null default now()
);

create table aquifer_monitor.alert_lesson (
  rule_id text not null,
  scope text not null,
  -- Natural logarithm of what the threshold is multiplied with, when it was learnt; it fades.
  log_factor double precision not null,
  words integer not null,
  learnt_at timestamptz not null,
  primary key (rule_id, scope)
);

create table aquifer_monitor.alert_missed (
  id uuid primary key,
  rule_id text not null,
  scope text,
  missed_at timestamptz not null,
  note text not null,
  reported_by uuid not null,
  reported_at timestamptz not null default now()
);

create index alert_missed_rule_idx on aquifer_monitor.alert_missed (rule_id, missed_at);

-- One hour of all figures that are held against their own past: [[series, scope, median, mad, count], …].
create table aquifer_monitor.alert_hour (
  id bigint generated always as identity primary key,
  hour timestamptz not null,
  figures jsonb not null,
  -- Requests and failures by ten minutes, for the error budget: [[milliseconds, requests, failed], …].
  budget jsonb not null
);

create index alert_hour_hour_idx on aquifer_monitor.alert_hour (hour);

-- Stretches in which a rule came near its threshold: what another threshold is tried on.
create table aquifer_monitor.alert_excursion (
  id uuid primary key,
  rule_id text not null,
  scope text not null,
  for_seconds integer not null,
  began_at timestamptz not null,
  -- [[milliseconds since it began, score], …]
  points jsonb not null
);

create index alert_excursion_began_at_idx on aquifer_monitor.alert_excursion (began_at);
