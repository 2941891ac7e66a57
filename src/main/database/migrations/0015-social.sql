-- Logging in by another site: log-ins under way there, who is who there, and our registrations with sites that have many instances.

-- Log-ins that wait for the other site. Nothing here opens anything: state and browser are hashes, and the verifier of the
-- code and the nonce are made again from the secret that the browser keeps.
create table aquifer_accounts.social_flows (
  state_hash bytea primary key,
  -- Of the secret in the browser's cookie: what was begun in one browser ends in no other.
  browser_hash bytea not null,
  provider text not null,
  -- Where the provider is one of many instances, such as mastodon.example.
  instance text,
  -- Who links an identity to his account, and the session in which he proved it; null for a log-in.
  user_id uuid references aquifer_accounts.users (id) on delete cascade,
  session_id uuid references aquifer_accounts.sessions (id) on delete cascade,
  -- The page to go to afterwards; checked again when it is gone to.
  next text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint social_flows_link_has_session check ((user_id is null) = (session_id is null)),
  constraint social_flows_next_bounded check (char_length(next) <= 2000)
);

create index social_flows_expires_at on aquifer_accounts.social_flows (expires_at);
create index social_flows_user_id on aquifer_accounts.social_flows (user_id) where user_id is not null;
create index social_flows_session_id on aquifer_accounts.social_flows (session_id) where session_id is not null;

-- Who a user is elsewhere. What makes an identity is the issuer and its name for the user, never an address or a name alone.
create table aquifer_accounts.social_identities (
  id uuid primary key,
  user_id uuid not null references aquifer_accounts.users (id) on delete cascade,
  -- By which provider of the settings it came; its issuer is what counts.
  provider text not null,
  instance text,
  issuer text collate "C" not null,
  subject text collate "C" not null,
  -- As the provider said last, for showing.
  email text,
  name text,
  -- Sealed; null where tokens are not kept.
  access_token_sealed bytea,
  refresh_token_sealed bytea,
  scopes text[] not null default '{}',
  token_expires_at timestamptz,
  -- Whoever refreshes the tokens moves this on for as long as that may take; the others wait.
  refreshing_until timestamptz,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  constraint social_identities_bounded check (
    char_length(issuer) <= 500 and char_length(subject) <= 500
    and char_length(email) <= 320 and char_length(name) <= 200
  )
);

create unique index social_identities_subject on aquifer_accounts.social_identities (issuer, subject);
create index social_identities_user_id on aquifer_accounts.social_identities (user_id, id);

-- What an instance of a site such as Mastodon knows us by.
create table aquifer_accounts.social_instances (
  provider text not null,
  instance text collate "C" not null,
  client_id text not null,
  client_secret_sealed bytea not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  primary key (provider, instance)
);

create index social_instances_last_used_at on aquifer_accounts.social_instances (last_used_at);
