-- Where alerts are sent to, what was sent, and when nothing is.

create table aquifer_monitor.channel (
  id uuid primary key,
  name text not null,
  kind text not null,
  is_enabled boolean not null,
  severity_least text not null,
  -- What of the address may be shown.
  shown_target text not null,
  has_secret boolean not null,
  -- Address and secret, encrypted; the key is not in the database.
  sealed bytea not null,
  -- Users; without a reference, so that a channel outlives the account that made it.
  created_by uuid not null,
  created_at timestamptz not null default now(),
  changed_by uuid not null,
  changed_at timestamptz not null default now(),
  constraint channel_kind_known check (kind in ('mail', 'webhook', 'slack', 'discord', 'pagerduty', 'alertmanager')),
  constraint channel_severity_known check (severity_least in ('page', 'ticket', 'note'))
);

create table aquifer_monitor.delivery (
  -- Version 7: its order is the order of the deliveries.
  id uuid primary key,
  channel_id uuid not null references aquifer_monitor.channel on delete cascade,
  -- Null for a test.
  alert_id text,
  change text not null,
  severity text not null,
  state text not null,
  attempts integer not null,
  sentence text not null,
  -- What is to be said, while it waits.
  alert jsonb,
  changed_at timestamptz not null,
  constraint delivery_change_known check (change in ('fired', 'resolved', 'test')),
  constraint delivery_state_known check (state in ('waiting', 'delivered', 'failed', 'silenced'))
);

create index delivery_channel_id_id_idx on aquifer_monitor.delivery (channel_id, id desc);
create index delivery_changed_at_idx on aquifer_monitor.delivery (changed_at);

create table aquifer_monitor.silence (
  id uuid primary key,
  reason text not null,
  -- Null for every rule, and for every scope of it.
  rule_id text,
  scope text,
  starts_at timestamptz not null,
  ends_at timestamptz,
  -- The times of each week; null where it is silent throughout.
  weekly jsonb,
  created_by uuid not null,
  created_at timestamptz not null default now()
);
