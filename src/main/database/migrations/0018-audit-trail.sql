-- The audit trail can only grow, and each event is a link of a chain: who changes one, or takes one out, breaks the chain.

-- Written with each event, taken out when it is sealed: finding what is not sealed yet costs the same however long the trail is.
create table aquifer_accounts.audit_unsealed (
  event_id uuid primary key
);

insert into aquifer_accounts.audit_unsealed (event_id)
select e.id
from aquifer_accounts.audit_events e;

create table aquifer_accounts.audit_chain (
  seq bigint primary key,
  -- Without a reference: an event that was taken out must show.
  event_id uuid not null unique,
  -- SHA-256 of the event and of the hash before it.
  hash bytea not null,
  -- Of number and hash, with a key that is not in the database, which it names; null where the server had none.
  signature bytea,
  sealed_at timestamptz not null default now()
);

-- Where the trail was cut because its time was over: the chain begins with the last link that was taken out.
create table aquifer_accounts.audit_cuts (
  seq bigint primary key,
  hash bytea not null,
  signature bytea,
  cut_at timestamptz not null default now()
);

create function aquifer_accounts.refuse_audit_change() returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'DELETE' and coalesce(current_setting('aquifer.audit_cut', true), '') = 'under way' then
    return old;
  end if;
  raise exception 'the audit trail can only grow: % on % is refused', lower(tg_op), tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_events_append_only
  before update or delete on aquifer_accounts.audit_events
  for each row execute function aquifer_accounts.refuse_audit_change();
create trigger audit_events_not_truncated
  before truncate on aquifer_accounts.audit_events
  for each statement execute function aquifer_accounts.refuse_audit_change();
create trigger audit_chain_append_only
  before update or delete on aquifer_accounts.audit_chain
  for each row execute function aquifer_accounts.refuse_audit_change();
create trigger audit_chain_not_truncated
  before truncate on aquifer_accounts.audit_chain
  for each statement execute function aquifer_accounts.refuse_audit_change();
create trigger audit_cuts_append_only
  before update or delete on aquifer_accounts.audit_cuts
  for each row execute function aquifer_accounts.refuse_audit_change();
create trigger audit_cuts_not_truncated
  before truncate on aquifer_accounts.audit_cuts
  for each statement execute function aquifer_accounts.refuse_audit_change();

-- The only way out of the trail: its beginning, up to and with a link, whose hash stays.
create function aquifer_accounts.cut_audit_trail(last_seq bigint, cut_signature bytea) returns bigint
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  cut bigint;
begin
  insert into aquifer_accounts.audit_cuts (seq, hash, signature)
  select c.seq, c.hash, cut_signature
  from aquifer_accounts.audit_chain c
  where c.seq = last_seq;
  if not found then
    return 0;
  end if;
  perform set_config('aquifer.audit_cut', 'under way', true);
  delete from aquifer_accounts.audit_events e
  using aquifer_accounts.audit_chain c
  where c.seq <= last_seq and e.id = c.event_id;
  get diagnostics cut = row_count;
  delete from aquifer_accounts.audit_chain c
  where c.seq <= last_seq;
  perform set_config('aquifer.audit_cut', '', true);
  return cut;
end
$$;
