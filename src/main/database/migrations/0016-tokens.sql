-- Where a session is, tokens that are renewed in pairs, short tokens for services that cannot ask back, a change of
-- address with a way back, and the deletion of all that somebody has.

alter table aquifer_accounts.sessions
  -- By the log-in's network, where a file of places is configured: its city and country.
  add column city text,
  add column country text,
  -- An access token is good until then; infinity where the session has one token for all its life.
  add column access_ends_at timestamptz not null default 'infinity',
  -- A refresh token is two secrets: the family's, which stays, and one that is new with every renewal. Whoever brings the
  -- first with an old second holds a copy.
  add column family_hash bytea,
  add column refresh_hash bytea,
  -- The one before, and what its successor was made with: a client that lost the answer gets the same again, for a moment.
  add column previous_refresh_hash bytea,
  add column refresh_salt bytea,
  add column refreshed_at timestamptz,
  add constraint sessions_family_complete check ((family_hash is null) = (refresh_hash is null)),
  add constraint sessions_place_bounded check (char_length(city) <= 200 and char_length(country) <= 200);

create unique index sessions_family_hash on aquifer_accounts.sessions (family_hash) where family_hash is not null;

alter table aquifer_accounts.log_in_challenges
  drop constraint log_in_challenges_transport_known,
  add constraint log_in_challenges_transport_known check (transport in ('cookie', 'bearer', 'tokens'));

-- What short tokens are signed with. The private half is sealed; the public half is what verifiers fetch.
create table aquifer_accounts.signing_keys (
  id uuid primary key,
  algorithm text not null,
  public_jwk jsonb not null,
  -- Sealed for the bearer `signing_keys|sealed_jwk|<id>`.
  sealed_jwk bytea not null,
  created_at timestamptz not null default now(),
  -- Published before it signs, so that verifiers know it when they meet it.
  signs_from timestamptz not null,
  -- From then on the next one signs.
  signs_until timestamptz not null,
  -- Until the last token that it signed is over.
  published_until timestamptz not null,
  constraint signing_keys_algorithm_known check (algorithm in ('ES256', 'EdDSA')),
  constraint signing_keys_in_order check (signs_from <= signs_until and signs_until <= published_until)
);

create index signing_keys_published_until on aquifer_accounts.signing_keys (published_until);

-- A change of address: asked for, confirmed from the new mailbox, and for a week undone from the old one.
create table aquifer_accounts.email_changes (
  id uuid primary key,
  user_id uuid not null references aquifer_accounts.users (id) on delete cascade,
  new_email text not null,
  new_email_key text collate "C" not null,
  -- Null until the mail is composed, and once the link was used.
  token_hash bytea,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  -- What the address was, from the moment it was changed.
  old_email text,
  old_email_key text collate "C",
  confirmed_at timestamptz,
  undo_hash bytea
);

create index email_changes_user_id on aquifer_accounts.email_changes (user_id);
create unique index email_changes_token_hash on aquifer_accounts.email_changes (token_hash) where token_hash is not null;
create unique index email_changes_undo_hash on aquifer_accounts.email_changes (undo_hash) where undo_hash is not null;
create index email_changes_expires_at on aquifer_accounts.email_changes (expires_at);

-- Users who had everything deleted. Their records go in steps, and once more after the last request of theirs is over.
create table aquifer_accounts.erasures (
  user_id uuid primary key,
  requested_at timestamptz not null default now()
);

create index erasures_requested_at on aquifer_accounts.erasures (requested_at);
