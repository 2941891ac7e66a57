-- Passkeys: what a user's authenticators are known by, and the questions that they are to answer.

create table aquifer_accounts.passkeys (
  id uuid primary key,
  user_id uuid not null references aquifer_accounts.users (id) on delete cascade,
  -- Chosen by the authenticator; no two passkeys have the same, whoever they belong to.
  credential_id bytea not null,
  -- As the authenticator sent it: a COSE key. It verifies and signs nothing, so it is no secret.
  public_key bytea not null,
  -- What the authenticator last counted; 0 for those that do not count.
  sign_count bigint not null,
  -- How a browser may reach it: internal, hybrid, usb and so on.
  transports text[] not null,
  -- Kept by more than one device, such as in a password manager.
  is_backed_up boolean not null,
  name text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  constraint passkeys_name_bounded check (char_length(name) between 1 and 100),
  constraint passkeys_credential_bounded check (octet_length(credential_id) between 1 and 1023)
);

create unique index passkeys_credential_id on aquifer_accounts.passkeys (credential_id);
create index passkeys_user_id on aquifer_accounts.passkeys (user_id, id);

-- Questions that wait for an authenticator's answer. Each is good for one ceremony of one asker, once.
create table aquifer_accounts.passkey_challenges (
  challenge_hash bytea primary key,
  -- Hash of the ceremony and of what its asker alone has: a session, a log-in that waits, or a secret made for it.
  bound_to bytea not null,
  -- From where it was asked: anyone may ask, so that no network may ask without end.
  network text not null,
  expires_at timestamptz not null
);

create index passkey_challenges_network on aquifer_accounts.passkey_challenges (network, expires_at);
create index passkey_challenges_expires_at on aquifer_accounts.passkey_challenges (expires_at);
