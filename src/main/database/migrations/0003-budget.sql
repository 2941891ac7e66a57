-- One row for each running process: what it would take, what it holds, and what it may hold. The rows mean nothing after a
-- crash of the server, and each is written every two seconds, so they stay out of the write-ahead log.

create unlogged table aquifer_database.member (
  id uuid primary key,
  -- Host and process, for a person who reads the table.
  label text not null,
  -- As its sessions show it in pg_stat_activity: unlike for each member, so that they can be counted.
  application_name text not null,
  started_at timestamptz not null default now(),
  beat_at timestamptz not null default now(),
  -- Grows with each beat; one that comes late changes nothing.
  beat_number integer not null,
  beat_ms integer not null,
  -- AQUIFER_POOL_MAX: the most it ever takes.
  want integer not null,
  -- What its lanes are promised.
  floor_connections integer not null,
  -- Connections open or being opened at the last beat.
  held integer not null,
  -- The most it may open at this moment: lowered only after the process has said that it goes by the lower number.
  allowed integer not null,
  -- What the budget gives it; `allowed` follows as soon as others have given back.
  share integer not null,
  -- Callers that hold a connection or wait for one, smoothed.
  demand real not null,
  constraint member_application_name_key unique (application_name)
);
