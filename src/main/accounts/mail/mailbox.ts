/** Development's mail server: mail is kept in a table for a day, and operators read it in the console. */

import type { Database, Origin } from '../../database/index.ts';
import { createId } from '../../foundation/tokens.ts';
import { mailNotFound } from '../errors.ts';
import { NEWEST_ID, readCursor, toPage, writeCursor } from '../page.ts';
import { emptyMailbox, findMail, insertMail, listMails } from '../queries/mail.ts';
import type { Mail, PageQuery } from '../schema.ts';
import { toMail } from '../views.ts';
import type { MailSender } from './letter.ts';

/** Of a mailbox that nobody empties, the newest. */
const KEEP_NEWEST = 500;

export function createMailboxSender(database: Database): MailSender {
  return {
    async send({ to, subject, template, text, html }) {
      await database.execute(insertMail, [createId(), to, subject, template, text, html, KEEP_NEWEST]);
    },
    close: () => undefined,
  };
}

export async function findMails(
  database: Database,
  { limit, cursor }: PageQuery,
  origin: Origin,
): Promise<{ mails: Mail[]; nextCursor: string | null }> {
  const rows = await database.query(listMails, [readCursor('id', cursor, NEWEST_ID), limit + 1], origin);
  const page = toPage(rows, limit, (row) => writeCursor('id', row.id));
  return { mails: page.rows.map(toMail), nextCursor: page.nextCursor };
}

/** @throws AppError mail_not_found */
export async function getMail(database: Database, id: string, origin: Origin): Promise<Mail> {
  const [row] = await database.query(findMail, [id], origin);
  if (!row) throw mailNotFound();
  return toMail(row);
}

export async function deleteMails(database: Database, origin: Origin): Promise<undefined> {
  await database.execute(emptyMailbox, [], origin);
}
