/**
 * Makes a mail of a request for one. Only here is it found out whether an address is known, and only here are the secrets
 * of links made; they are stored as hashes before the mail goes out.
 */

import type { Database, Statement } from '../../database/index.ts';
import type { Sealer } from '../../foundation/sealing.ts';
import { createToken, hashToken } from '../../foundation/tokens.ts';
import { createCode, sealCode } from '../mail-log-in/code.ts';
import { issueMailLogIn } from '../mail-log-in/queries.ts';
import type { MailRequestRow } from '../queries/mail.ts';
import { issueUserToken, type UserTokenPurpose } from '../queries/one-time-tokens.ts';
import { deleteSignUp, issueSignUpToken, listPendingSignUps } from '../queries/sign-ups.ts';
import { findUserByEmail } from '../queries/users.ts';
import { SIGN_UP_LIFETIME_MS } from '../sign-up.ts';
import { addressTaken, confirmNewAddress, tellOldAddress } from './address-letters.ts';
import type { Letter } from './letter.ts';
import {
  accountExists,
  invitation,
  logInByMail,
  noAccount,
  notice,
  type Occasion,
  passwordChanged,
  resetPassword,
  type Sender,
  signUpAgain,
  verifyAddress,
} from './templates.ts';

const MINUTE = 60_000;
const tokenLifetimesMs: Record<UserTokenPurpose, number> = {
  reset_password: 30 * MINUTE,
  verify_email: 24 * 60 * MINUTE,
  invitation: 24 * 60 * MINUTE,
};

type Recipient = NonNullable<Awaited<ReturnType<typeof findRecipient>>>;

interface Desk {
  database: Database;
  sender: Sender;
  sealer: Sealer;
  signal: AbortSignal;
}

/** Null where there is nothing to say, such as to an address that nobody has. */
export async function composeLetter(desk: Desk, request: MailRequestRow): Promise<Letter | null> {
  const content = await chooseContent(desk, request, await findRecipient(desk, request.emailKey));
  return content && { to: request.email, ...content };
}

async function findRecipient({ database, signal }: Desk, emailKey: string) {
  const [user] = await database.query(findUserByEmail, [emailKey], { signal });
  return user ?? null;
}

async function chooseContent(desk: Desk, request: MailRequestRow, user: Recipient | null) {
  const { sender } = desk;
  const { details } = request;
  const occasion: Occasion = { at: request.createdAt, from: request.requestedFrom };
  // It goes to whom it happened, wherever he is now: an address that was changed, an account that is no more.
  if (request.template === 'notice')
    return details?.kind ? notice(sender, occasion, details.kind, details.about) : null;
  const changeId = details?.changeId;
  if (request.template === 'email_changed') return changeId ? tellOldAddress(desk, changeId, occasion) : null;
  if (user?.disabled) return null;
  switch (request.template) {
    case 'sign_up':
      if (user) return tellOfAccount(desk, request, occasion);
      return request.signUpId === null ? null : confirmSignUp(desk, request.signUpId, occasion);
    case 'verification':
      return user ? verifyUser(desk, request, user, occasion) : verifyPending(desk, request.emailKey, occasion);
    case 'password_reset': {
      const token = user && (await issue(desk, request, user, 'reset_password'));
      return token === null ? null : resetPassword(sender, token, occasion);
    }
    case 'invitation': {
      const token = user && !user.hasPassword ? await issue(desk, request, user, 'invitation') : null;
      return token === null ? null : invitation(sender, token);
    }
    case 'email_change':
      if (user) return addressTaken(sender, occasion);
      return changeId ? confirmNewAddress(desk, changeId, occasion) : null;
    case 'log_in':
      return user ? offerLogIn(desk, request, user, occasion) : noAccount(sender, occasion);
    case 'password_changed':
      return user && passwordChanged(sender, occasion);
  }
}

async function tellOfAccount(desk: Desk, { signUpId }: MailRequestRow, occasion: Occasion) {
  // Its password must not lie about for a day: nothing will ever be made of it.
  if (signUpId !== null) await run(desk, deleteSignUp, [signUpId]);
  return accountExists(desk.sender, occasion);
}

async function verifyUser(desk: Desk, request: MailRequestRow, user: Recipient, occasion: Occasion) {
  if (user.emailVerified) return accountExists(desk.sender, occasion);
  const token = await issue(desk, request, user, 'verify_email');
  return token === null ? null : verifyAddress(desk.sender, token, occasion);
}

/** With several sign-ups waiting, a stranger's may be among them; then no link is given out but a fresh one. */
async function verifyPending(desk: Desk, emailKey: string, occasion: Occasion) {
  const pending = await desk.database.query(listPendingSignUps, [emailKey], { signal: desk.signal });
  const [only] = pending;
  if (!only) return null;
  return pending.length === 1 ? confirmSignUp(desk, only.id, occasion) : signUpAgain(desk.sender, occasion);
}

async function confirmSignUp(desk: Desk, signUpId: string, occasion: Occasion) {
  const token = createToken();
  const issued = await run(desk, issueSignUpToken, [signUpId, hashToken(token), SIGN_UP_LIFETIME_MS]);
  return issued === 0 ? null : verifyAddress(desk.sender, token, occasion);
}

/** Null where a newer mail of that browser took the place of this one. */
async function offerLogIn(
  desk: Desk,
  { mailLogInId: id, emailKey }: MailRequestRow,
  user: Recipient,
  occasion: Occasion,
) {
  if (id === null) return null;
  const token = createToken();
  const code = createCode();
  const sealed = await sealCode(desk.sealer, code, id);
  const issued = await run(desk, issueMailLogIn, [id, user.id, hashToken(token), sealed, emailKey]);
  return issued === 0 ? null : logInByMail(desk.sender, token, sealed && code, occasion);
}

/** Null where the address is not the user's any more. */
async function issue(
  desk: Desk,
  { emailKey }: Pick<MailRequestRow, 'emailKey'>,
  user: Recipient,
  purpose: UserTokenPurpose,
): Promise<string | null> {
  const token = createToken();
  const about = [purpose, user.id, tokenLifetimesMs[purpose], emailKey] as const;
  const issued = await run(desk, issueUserToken, [hashToken(token), ...about]);
  return issued === 0 ? null : token;
}

function run<Params extends readonly unknown[]>(
  { database, signal }: Desk,
  statement: Statement<Params, never>,
  params: Params,
): Promise<number> {
  return database.execute(statement, params, { signal });
}
