-- Logging in with more than a password: how a session came about, what its user may do and must bring, who did what.

alter table aquifer_accounts.users
  -- What his roles let him do beyond what everyone may. An operator may do everything and has none of these.
  add column permissions text[] not null default '{}',
  -- What he has confirmed: totp, passkey, recovery_code. With any of them a password alone opens no session.
  add column second_factors text[] not null default '{}',
  -- From then on he must have one, because of a role or of the settings; null while nothing demands it.
  add column second_factor_due_at timestamptz,
  -- The language of mail to him, as BCP 47 writes it; null for the application's own.
  add column locale text,
  add constraint users_locale_bounded check (char_length(locale) <= 35);

alter table aquifer_accounts.sessions
  -- By what it was opened, and what was proven since: password, totp, passkey, recovery_code, remembered_device, mail, social.
  add column methods text[] not null default '{password}',
  -- When its user last proved who he is; asked before what needs a fresh proof.
  add column authenticated_at timestamptz not null default now(),
  -- The operator who acts as this user; the session ends with him.
  add column impersonator_id uuid references aquifer_accounts.users (id) on delete cascade;

create index sessions_impersonator_id on aquifer_accounts.sessions (impersonator_id) where impersonator_id is not null;

-- Log-ins that wait for the second factor. No session exists until one is answered; each is answered once.
create table aquifer_accounts.log_in_challenges (
  token_hash bytea primary key,
  user_id uuid not null references aquifer_accounts.users (id) on delete cascade,
  password_version integer not null,
  -- What was proven before.
  methods text[] not null,
  transport text not null,
  -- Wrong answers so far.
  attempts integer not null default 0,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint log_in_challenges_transport_known check (transport in ('cookie', 'bearer'))
);

create index log_in_challenges_user_id on aquifer_accounts.log_in_challenges (user_id);
create index log_in_challenges_expires_at on aquifer_accounts.log_in_challenges (expires_at);

-- What a mail says beyond its template, such as which device logged in. Never a secret.
alter table aquifer_accounts.mail_requests add column details jsonb;

-- Who did what to whom, from where. Parties outlive their rows: an id is kept, without a reference.
create table aquifer_accounts.audit_events (
  id uuid primary key,
  at timestamptz not null default now(),
  action text not null,
  actor_kind text not null,
  actor_id text,
  subject_kind text not null,
  subject_id text,
  outcome text not null,
  session_id uuid,
  ip text,
  user_agent text,
  request_id text,
  details jsonb not null default '{}',
  constraint audit_events_actor_known check (actor_kind in ('user', 'operator', 'api_key', 'system', 'anyone')),
  constraint audit_events_outcome_known check (outcome in ('done', 'refused'))
);

create index audit_events_subject on aquifer_accounts.audit_events (subject_kind, subject_id, id);
create index audit_events_actor on aquifer_accounts.audit_events (actor_id, id) where actor_id is not null;
create index audit_events_action on aquifer_accounts.audit_events (action, id);
