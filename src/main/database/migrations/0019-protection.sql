-- Against guessing and floods: keys of what browsers bring back, proofs of work that were used, stolen passwords in use.

-- Random keys that every server of this database signs with. Whoever reads them can spare himself a proof of work, or get a
-- guessing budget of his own: no more than that hangs on them.
create table aquifer_accounts.protection_keys (
  purpose text primary key,
  key bytea not null,
  created_at timestamptz not null default now()
);

-- Each proof opens one door once.
create table aquifer_accounts.spent_proofs (
  proof_hash bytea primary key,
  expires_at timestamptz not null
);

create index spent_proofs_expires_at on aquifer_accounts.spent_proofs (expires_at);

-- The version of the password that was found among stolen ones; the next password has another.
alter table aquifer_accounts.users add column breached_password_version integer;
