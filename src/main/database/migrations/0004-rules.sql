-- Rules that may end a statement or a session, and the sessions of the last 24 hours that a rule is rehearsed on.

create schema aquifer_monitor;

create table aquifer_monitor.rule (
  -- A built-in rule's own name, or a random one.
  id text primary key,
  name text not null,
  scope text not null,
  -- All of them must hold. A build that does not know one of them switches the rule off.
  conditions jsonb not null,
  mode text not null,
  action text not null,
  may_end_maintenance boolean not null,
  -- Users; without a reference, so that a rule outlives the account that made it.
  created_by uuid not null,
  created_at timestamptz not null default now(),
  changed_by uuid not null,
  changed_at timestamptz not null default now(),
  constraint rule_scope_known check (scope in ('own', 'others')),
  constraint rule_mode_known check (mode in ('off', 'warn', 'enforce')),
  constraint rule_action_known check (action in ('cancel', 'terminate'))
);

-- One session in one statement and one state. No constants: the statement's name, or its shape.
create table aquifer_monitor.sighting (
  -- A digest of what makes it one of its own.
  id text primary key,
  facts jsonb not null,
  -- How long, and how much in others' way: what no other moment exceeded in both.
  peaks jsonb not null,
  seen_from timestamptz not null,
  seen_until timestamptz not null
);

create index sighting_seen_until_idx on aquifer_monitor.sighting (seen_until);
