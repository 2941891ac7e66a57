-- Accounts: users, their sessions, the secrets sent by mail, and what guards all of them against guessing.
-- Every secret is stored as a hash; the plain one exists in a mail or with its owner alone.

create schema aquifer_accounts;

create table aquifer_accounts.users (
  id uuid primary key,
  -- As its owner writes it, for showing and for mail.
  email text not null,
  -- Lower case; what makes an address the same. In the collation "C", so that its one index serves equality, order and prefix.
  email_key text collate "C" not null,
  email_verified_at timestamptz,
  name text,
  role text not null default 'user',
  -- Null for a user who was invited and has not set one.
  password_hash text,
  -- Raised with every new password: a log-in that was checked against an older one opens no session.
  password_version integer not null default 1,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint users_role_known check (role in ('user', 'operator')),
  constraint users_email_bounded check (char_length(email) between 3 and 254),
  constraint users_name_bounded check (char_length(name) <= 100)
);

create unique index users_email_key on aquifer_accounts.users (email_key);
create index users_enabled_operators on aquifer_accounts.users (id) where role = 'operator' and disabled_at is null;

-- Row widths change seldom and a session's last use changes often: room on the page keeps those updates short.
create table aquifer_accounts.sessions (
  id uuid primary key,
  user_id uuid not null references aquifer_accounts.users (id) on delete cascade,
  token_hash bytea not null,
  -- The token before the last rotation, good for a moment longer: requests that were under way still carry it.
  previous_token_hash bytea,
  previous_valid_until timestamptz,
  created_at timestamptz not null default now(),
  rotated_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  -- Moves on with use, never past lifetime_ends_at.
  expires_at timestamptz not null,
  lifetime_ends_at timestamptz not null,
  ip text,
  user_agent text,
  constraint sessions_expiry_within_lifetime check (expires_at <= lifetime_ends_at)
) with (fillfactor = 80);

create unique index sessions_token_hash on aquifer_accounts.sessions (token_hash);
create unique index sessions_previous_token_hash on aquifer_accounts.sessions (previous_token_hash)
  where previous_token_hash is not null;
create index sessions_user_id on aquifer_accounts.sessions (user_id, id);
create index sessions_expires_at on aquifer_accounts.sessions (expires_at);

-- Networks from which a user has logged in: an attacker elsewhere cannot lock him out of these.
create table aquifer_accounts.known_networks (
  user_id uuid not null references aquifer_accounts.users (id) on delete cascade,
  network text not null,
  last_seen_at timestamptz not null default now(),
  primary key (user_id, network)
);

create index known_networks_last_seen_at on aquifer_accounts.known_networks (last_seen_at);

-- Sign-ups whose mail has not been answered. An address may have several: each link makes the user with its own password.
create table aquifer_accounts.sign_ups (
  id uuid primary key,
  email text not null,
  email_key text collate "C" not null,
  name text,
  password_hash text not null,
  -- Null until the mail is composed.
  token_hash bytea,
  requested_from text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create unique index sign_ups_token_hash on aquifer_accounts.sign_ups (token_hash) where token_hash is not null;
create index sign_ups_email_key on aquifer_accounts.sign_ups (email_key);
create index sign_ups_expires_at on aquifer_accounts.sign_ups (expires_at);

-- Secrets that work once: consumed by deleting the row, in the transaction of what they allow.
create table aquifer_accounts.one_time_tokens (
  token_hash bytea primary key,
  purpose text not null,
  -- Null for the first operator, who does not exist yet.
  user_id uuid references aquifer_accounts.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint one_time_tokens_purpose_known
    check (purpose in ('verify_email', 'reset_password', 'invitation', 'first_operator')),
  constraint one_time_tokens_has_user check ((purpose = 'first_operator') = (user_id is null))
);

create unique index one_time_tokens_first_operator on aquifer_accounts.one_time_tokens (purpose)
  where purpose = 'first_operator';
create unique index one_time_tokens_user_id on aquifer_accounts.one_time_tokens (user_id, purpose)
  where user_id is not null;
create index one_time_tokens_expires_at on aquifer_accounts.one_time_tokens (expires_at);

-- Mail to be composed and sent. Holds no secret: the one-time token is made when the mail is.
create table aquifer_accounts.mail_requests (
  id uuid primary key,
  template text not null,
  email text not null,
  email_key text collate "C" not null,
  sign_up_id uuid references aquifer_accounts.sign_ups (id) on delete set null,
  requested_from text,
  attempts integer not null default 0,
  -- Whoever takes it moves this on for as long as sending may take: should he die, it is due again.
  due_at timestamptz not null default now(),
  -- Set when it was given up.
  failed_at timestamptz,
  created_at timestamptz not null default now()
);

create index mail_requests_due_at on aquifer_accounts.mail_requests (due_at) where failed_at is null;
create index mail_requests_failed_at on aquifer_accounts.mail_requests (failed_at) where failed_at is not null;
create index mail_requests_sign_up_id on aquifer_accounts.mail_requests (sign_up_id) where sign_up_id is not null;

-- Where mail goes in development, without a mail server.
create table aquifer_accounts.mailbox (
  id uuid primary key,
  recipient text not null,
  subject text not null,
  template text not null,
  body_text text not null,
  body_html text,
  created_at timestamptz not null default now()
);

create index mailbox_created_at on aquifer_accounts.mailbox (created_at);

-- Attempts counted by what they are aimed at and where they come from. The key is a hash, of one length for all.
-- A row carries its rule, so that one statement can count under several rules at once.
create table aquifer_accounts.throttles (
  key bytea primary key,
  attempts integer not null,
  max_attempts integer not null,
  window_ms integer not null,
  pause_ms integer not null,
  pause_max_ms integer not null,
  counted_since timestamptz not null,
  blocked_until timestamptz not null,
  expires_at timestamptz not null
) with (fillfactor = 80);

create index throttles_expires_at on aquifer_accounts.throttles (expires_at);

-- What other features may know of users.
create view aquifer_accounts.user_directory as
  select
    id,
    email,
    disabled_at is not null as disabled
  from aquifer_accounts.users;
