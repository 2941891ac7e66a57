-- Second factors: authenticator apps, recovery codes, and the devices on which one was given before.

-- One that is confirmed for each user, and one at most that he is setting up; the second counts for nothing until its code came.
create table aquifer_accounts.totp_factors (
  id uuid primary key,
  user_id uuid not null references aquifer_accounts.users (id) on delete cascade,
  -- Encrypted; the key is not in the database.
  secret bytea not null,
  -- The time step of the last code that was accepted: of each step one code is taken, once.
  last_step bigint not null default 0,
  confirmed_at timestamptz,
  -- Codes tried while setting it up.
  attempts integer not null default 0,
  created_at timestamptz not null default now(),
  -- Until when it may be confirmed; null once it is.
  expires_at timestamptz,
  constraint totp_factors_confirmed_stays check ((confirmed_at is null) = (expires_at is not null))
);

create unique index totp_factors_confirmed on aquifer_accounts.totp_factors (user_id) where confirmed_at is not null;
create unique index totp_factors_pending on aquifer_accounts.totp_factors (user_id) where confirmed_at is null;
create index totp_factors_user_id on aquifer_accounts.totp_factors (user_id);
create index totp_factors_expires_at on aquifer_accounts.totp_factors (expires_at) where expires_at is not null;

-- Codes of 128 random bits each, so that a plain hash hides them. One that was used is kept: it is counted among those given out.
create table aquifer_accounts.recovery_codes (
  code_hash bytea primary key,
  user_id uuid not null references aquifer_accounts.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  used_at timestamptz
);

create index recovery_codes_user_id on aquifer_accounts.recovery_codes (user_id);

-- Devices on which the second factor need not be given again. With a new password they are forgotten: the version no longer fits.
create table aquifer_accounts.remembered_devices (
  id uuid primary key,
  user_id uuid not null references aquifer_accounts.users (id) on delete cascade,
  token_hash bytea not null,
  password_version integer not null,
  user_agent text,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create unique index remembered_devices_token_hash on aquifer_accounts.remembered_devices (token_hash);
create index remembered_devices_user_id on aquifer_accounts.remembered_devices (user_id, id);
create index remembered_devices_expires_at on aquifer_accounts.remembered_devices (expires_at);

-- Since when the settings demand a second factor, and of whom: whoever was there before has his time from then on.
create table aquifer_accounts.factor_demands (
  audience text primary key,
  since timestamptz not null default now(),
  constraint factor_demands_audience_known check (audience in ('operators', 'everyone'))
);
