-- Roles that give permissions, keys for programs, and operators who act as a user.

create table aquifer_accounts.roles (
  name text primary key,
  about text,
  permissions text[] not null,
  -- Who has it must set up a second factor within the grace time.
  demands_second_factor boolean not null default false,
  grace_ms bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint roles_name_bounded check (name ~ '^[a-z][a-z0-9-]{0,49}$'),
  constraint roles_about_bounded check (char_length(about) <= 500),
  constraint roles_grace_positive check (grace_ms >= 0)
);

-- What they add up to stands in users.permissions, written in the same transaction: no request joins these tables.
create table aquifer_accounts.user_roles (
  user_id uuid not null references aquifer_accounts.users (id) on delete cascade,
  role_name text not null references aquifer_accounts.roles (name) on delete cascade,
  granted_at timestamptz not null default now(),
  primary key (user_id, role_name)
);

create index user_roles_role_name on aquifer_accounts.user_roles (role_name);

create table aquifer_accounts.api_keys (
  id uuid primary key,
  -- Each kind of owner has a column of its own with a reference; exactly one of them is set. Users are the only kind today.
  user_id uuid references aquifer_accounts.users (id) on delete cascade,
  name text not null,
  -- How the key begins: enough to know it again, too little to use it.
  hint text not null,
  key_hash bytea not null unique,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,
  last_used_ip text,
  constraint api_keys_has_one_owner check (num_nonnulls(user_id) = 1),
  constraint api_keys_name_bounded check (char_length(name) between 1 and 100),
  constraint api_keys_ends_in_a_year check (expires_at <= created_at + interval '366 days')
);

create index api_keys_user_id on aquifer_accounts.api_keys (user_id, id);
create index api_keys_expires_at on aquifer_accounts.api_keys (expires_at);

-- The operator's own session, from which he acts as somebody else: what ends it ends that, too.
alter table aquifer_accounts.sessions
  add column impersonator_session_id uuid references aquifer_accounts.sessions (id) on delete cascade;

create index sessions_impersonator_session_id on aquifer_accounts.sessions (impersonator_session_id)
  where impersonator_session_id is not null;
