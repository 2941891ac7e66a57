-- Postmortems: the versions of each, and beside them what became of its measures, which outlives any version.

create table aquifer_monitor.postmortem (
  -- Without a reference: the report outlives what was kept of its incident.
  incident_id text not null,
  version integer not null,
  written_at timestamptz not null default now(),
  -- A user; null where it was written from the data.
  written_by uuid,
  title text not null,
  -- Sections, measures and plots.
  document jsonb not null,
  primary key (incident_id, version),
  constraint postmortem_version_positive check (version > 0)
);

create table aquifer_monitor.postmortem_measure (
  incident_id text not null,
  key text not null,
  -- Null until an operator says anything of it.
  is_done boolean,
  done_at timestamptz,
  done_by uuid,
  -- What the last look at it found: state, sentence, instant.
  check_result jsonb,
  primary key (incident_id, key)
);

create index postmortem_written_at_idx on aquifer_monitor.postmortem (written_at);
