/** SQL on mail: what is to be sent, and the mailbox that stands in for a mail server in development. */

import { statement } from '../../database/index.ts';
import type { NoticeKind } from '../notices.ts';

export type MailTemplate =
  | 'sign_up'
  | 'verification'
  | 'password_reset'
  | 'invitation'
  | 'password_changed'
  | 'email_change'
  | 'email_changed'
  | 'log_in'
  | 'notice';

export interface MailRequestRow {
  id: string;
  template: MailTemplate;
  email: string;
  emailKey: string;
  signUpId: string | null;
  /** Of a mail to log in with: which wait of which browser it is for. */
  mailLogInId: string | null;
  requestedFrom: string | null;
  createdAt: Date;
  /** Of a notice: what it tells of. Of a change of address: which. */
  details: { kind?: NoticeKind; about?: string; changeId?: string } | null;
  /** This one included. */
  attempts: number;
}

export interface MailRow {
  id: string;
  to: string;
  subject: string;
  template: string;
  text: string;
  html: string | null;
  createdAt: Date;
}

/** The same one statement whether the address is known or not; it holds no secret. */
export const insertMailRequest = statement<
  [id: string, template: MailTemplate, email: string, emailKey: string, requestedFrom: string | null]
>({
  name: 'accounts.insertMailRequest',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.mail_requests (id, template, email, email_key, requested_from)
    values ($1, $2, $3, $4, $5)`,
});

export const insertNotice = statement<
  [id: string, email: string, emailKey: string, requestedFrom: string | null, details: string],
  { id: string }
>({
  name: 'accounts.insertNotice',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.mail_requests (id, template, email, email_key, requested_from, details)
    values ($1, 'notice', $2, $3, $4, $5::jsonb)
    returning id`,
});

/** Takes what is due and moves it on: nobody else sees it until then, and no connection is held meanwhile. */
export const claimMailRequests = statement<[limit: number, claimMs: number], MailRequestRow>({
  name: 'accounts.claimMailRequests',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    with due as (
      select r.id
      from aquifer_accounts.mail_requests r
      where r.failed_at is null and r.due_at <= now()
      order by r.due_at
      limit $1
      for update skip locked
    )
    update aquifer_accounts.mail_requests r
    set due_at = now() + $2::float8 * interval '1 millisecond', attempts = r.attempts + 1
    from due
    where r.id = due.id
    returning
      r.id,
      r.template,
      r.email,
      r.email_key as "emailKey",
      r.sign_up_id as "signUpId",
      r.mail_log_in_id as "mailLogInId",
      r.requested_from as "requestedFrom",
      r.created_at as "createdAt",
      r.details,
      r.attempts`,
});

export const deleteMailRequest = statement<[id: string]>({
  name: 'accounts.deleteMailRequest',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    delete from aquifer_accounts.mail_requests
    where id = $1`,
});

export const postponeMailRequest = statement<[id: string, delayMs: number]>({
  name: 'accounts.postponeMailRequest',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    update aquifer_accounts.mail_requests
    set due_at = now() + $2::float8 * interval '1 millisecond'
    where id = $1`,
});

export const giveUpMailRequest = statement<[id: string]>({
  name: 'accounts.giveUpMailRequest',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    update aquifer_accounts.mail_requests
    set failed_at = now()
    where id = $1`,
});

/** Keeps the mailbox within its bound while adding to it. */
export const insertMail = statement<
  [
    id: string,
    recipient: string,
    subject: string,
    template: string,
    text: string,
    html: string | null,
    keepNewest: number,
  ]
>({
  name: 'accounts.insertMail',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    with surplus as (
      delete from aquifer_accounts.mailbox
      where id <= (
        select m.id
        from aquifer_accounts.mailbox m
        order by m.id desc
        offset $7 - 1
        limit 1
      )
    )
    insert into aquifer_accounts.mailbox (id, recipient, subject, template, body_text, body_html)
    values ($1, $2, $3, $4, $5, $6)`,
});

const MAIL_COLUMNS = `
  m.id,
  m.recipient as "to",
  m.subject,
  m.template,
  m.body_text as text,
  m.body_html as html,
  m.created_at as "createdAt"`;

export const listMails = statement<[beforeId: string, limit: number], MailRow>({
  name: 'accounts.listMails',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select ${MAIL_COLUMNS}
    from aquifer_accounts.mailbox m
    where m.id < $1
    order by m.id desc
    limit $2`,
});

export const findMail = statement<[id: string], MailRow>({
  name: 'accounts.findMail',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select ${MAIL_COLUMNS}
    from aquifer_accounts.mailbox m
    where m.id = $1`,
});

export const emptyMailbox = statement({
  name: 'accounts.emptyMailbox',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: 'delete from aquifer_accounts.mailbox',
  unindexedBecause: 'it deletes every row',
});
