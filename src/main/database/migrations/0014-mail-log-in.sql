-- Log-ins by mail: a link and a code, either of them once, and only in the browser that asked for them.

create table aquifer_accounts.mail_log_ins (
  id uuid primary key,
  -- Hash of the secret that the asking browser keeps. One log-in waits for each browser; a newer takes its place.
  browser_hash bytea not null,
  email_key text collate "C" not null,
  -- Whose it is, link and code: all null until the mail is written, and for ever where nobody has the address.
  user_id uuid references aquifer_accounts.users (id) on delete cascade,
  token_hash bytea,
  -- Encrypted, because six digits are soon guessed from a hash; null where there is no key, and then the mail has no code.
  sealed_code bytea,
  -- Guesses at the code so far.
  attempts integer not null default 0,
  expires_at timestamptz not null
);

create unique index mail_log_ins_browser_hash on aquifer_accounts.mail_log_ins (browser_hash);
create unique index mail_log_ins_token_hash on aquifer_accounts.mail_log_ins (token_hash) where token_hash is not null;
create index mail_log_ins_user_id on aquifer_accounts.mail_log_ins (user_id) where user_id is not null;
create index mail_log_ins_expires_at on aquifer_accounts.mail_log_ins (expires_at);

-- Which log-in a mail is to be written for. No reference: a newer log-in may have taken its place by then.
alter table aquifer_accounts.mail_requests add column mail_log_in_id uuid;
