/**
 * SQL on log-ins by mail. A row is one wait of one browser; it is consumed by deleting it, so that of link and code, and of any
 * number of requests, one succeeds. Whose it is, is compared with the address as it is now: one that was changed since proves nothing.
 */

import { statement } from '../../database/index.ts';

type RequestParams = [
  id: string,
  browserHash: Buffer,
  emailKey: string,
  lifetimeMs: number,
  mailId: string,
  email: string,
  requestedFrom: string | null,
];

/** One statement, the same whether the address is known or not; the mail's writer finds out. */
export const requestMailLogIn = statement<RequestParams>({
  name: 'accounts.requestMailLogIn',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    with waiting as (
      insert into aquifer_accounts.mail_log_ins as m (id, browser_hash, email_key, expires_at)
      values ($1, $2, $3, now() + $4::float8 * interval '1 millisecond')
      on conflict (browser_hash) do update set
        id = excluded.id,
        email_key = excluded.email_key,
        user_id = null,
        token_hash = null,
        sealed_code = null,
        attempts = 0,
        expires_at = excluded.expires_at
      returning m.id
    )
    insert into aquifer_accounts.mail_requests (id, template, email, email_key, mail_log_in_id, requested_from)
    select $5, 'log_in', $6, $3, waiting.id, $7
    from waiting`,
});

/** No row is changed where a newer log-in of that browser took its place, or it is over: then there is no mail to write. */
export const issueMailLogIn = statement<
  [id: string, userId: string, tokenHash: Buffer, sealedCode: Buffer | null, emailKey: string]
>({
  name: 'accounts.issueMailLogIn',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    update aquifer_accounts.mail_log_ins
    set user_id = $2, token_hash = $3, sealed_code = $4
    where id = $1 and email_key = $5 and expires_at > now()`,
});

/** The user whose proof it is. */
interface ProvenRow {
  userId: string;
}

const CONSUMED = (condition: string) => `
  with consumed as (
    delete from aquifer_accounts.mail_log_ins m
    where ${condition} and m.expires_at > now()
    returning m.user_id, m.email_key
  )
  select u.id as "userId"
  from consumed
  join aquifer_accounts.users u on u.id = consumed.user_id and u.email_key = consumed.email_key
  where u.disabled_at is null
  for update of u`;

export const consumeMailLink = statement<[tokenHash: Buffer, browserHashes: readonly Buffer[]], ProvenRow>({
  name: 'accounts.consumeMailLink',
  lane: 'critical',
  deadlineMs: 2_000,
  text: CONSUMED('m.token_hash = $1 and m.browser_hash = any ($2::bytea[])'),
});

/** Asked only where the link was not consumed: it may be good in another browser. */
export const findMailLink = statement<[tokenHash: Buffer], { isElsewhere: true }>({
  name: 'accounts.findMailLink',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select true as "isElsewhere"
    from aquifer_accounts.mail_log_ins m
    where m.token_hash = $1 and m.expires_at > now()`,
});

/** Counts the guess before it is made: however many come at once, no more than so many are let through. */
export const countCodeTry = statement<
  [browserHash: Buffer, triesMax: number],
  { id: string; userId: string | null; emailKey: string; sealedCode: Buffer | null }
>({
  name: 'accounts.countCodeTry',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.mail_log_ins m
    set attempts = m.attempts + 1
    where m.browser_hash = $1 and m.attempts < $2 and m.expires_at > now()
    returning m.id, m.user_id as "userId", m.email_key as "emailKey", m.sealed_code as "sealedCode"`,
});

export const consumeMailCode = statement<[id: string], ProvenRow>({
  name: 'accounts.consumeMailCode',
  lane: 'critical',
  deadlineMs: 2_000,
  text: CONSUMED('m.id = $1'),
});
