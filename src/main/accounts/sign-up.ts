/**
 * Signing up. Where addresses must be verified, there is no user before the link in the mail is opened, and the answer and
 * the work are the same for every address: who has an account already learns it from the mail.
 */

import { canonicalIp, networkOf } from '../foundation/network.ts';
import { createId } from '../foundation/tokens.ts';
import { noteAudit } from './audit-trail/note.ts';
import { type EmailAddress, parseEmailAddress } from './email-address.ts';
import { emailTaken } from './errors.ts';
import { handOver, openSession } from './open-session.ts';
import type { AccountsParts, Visit } from './parts.ts';
import { cleanName } from './person-name.ts';
import { insertMailRequest } from './queries/mail.ts';
import { insertSignUp } from './queries/sign-ups.ts';
import { insertUser, toNewUserParams } from './queries/users.ts';
import type { CheckMail, SignedUp, SignUp } from './schema.ts';
import { mailAttempts } from './throttle.ts';

/** How long a sign-up waits for its mail to be answered. */
export const SIGN_UP_LIFETIME_MS = 24 * 3_600_000;

interface Applicant {
  email: EmailAddress;
  name: string | null;
  passwordHash: string;
}

/** @throws AppError password_refused, invalid_email, too_many_attempts, hashing_full, email_taken (without verification) */
export async function signUp(parts: AccountsParts, visit: Visit<SignUp>): Promise<CheckMail | SignedUp> {
  const { body, context } = visit;
  const email = parseEmailAddress(body.email);
  const name = cleanName(body.name);
  const contextWords = [email.address, name];
  const password = await parts.policy.accept({ password: body.password, field: 'password', contextWords });
  const network = networkOf(context.ip);
  const attempts = mailAttempts(email.key, network);
  parts.throttle.refuseIfBlocked(attempts);
  const passwordHash = await parts.hasher.withPlace(context, { account: email.key, network }, async (place) => {
    await parts.throttle.take(attempts, context);
    return place.hash(password);
  });
  const applicant = { email, name, passwordHash };
  return parts.config.requireVerifiedEmail
    ? await waitForMail(parts, applicant, visit)
    : await signUpAtOnce(parts, applicant, visit);
}

async function waitForMail(
  { database, wakeOutbox }: AccountsParts,
  { email, name, passwordHash }: Applicant,
  { context, reply }: Visit<SignUp>,
): Promise<CheckMail> {
  await database.execute(
    insertSignUp,
    [
      createId(),
      createId(),
      email.address,
      email.key,
      name,
      passwordHash,
      canonicalIp(context.ip),
      SIGN_UP_LIFETIME_MS,
    ],
    context,
  );
  wakeOutbox();
  reply.code(202);
  return { status: 'check_mail' };
}

async function signUpAtOnce(
  parts: AccountsParts,
  { email, name, passwordHash }: Applicant,
  visit: Visit<SignUp>,
): Promise<SignedUp> {
  const { body, context, reply } = visit;
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.signUp', origin: context } as const;
  const fresh = await parts.database.transaction(work, async (transaction) => {
    const id = createId();
    const user = { id, email: email.address, emailKey: email.key, isVerified: false, name, role: 'user', passwordHash };
    const [created] = await transaction.query(insertUser, toNewUserParams({ ...user, role: 'user' }));
    if (!created) throw emailTaken();
    const party = { kind: 'user', id } as const;
    await noteAudit(transaction.query, context, { action: 'user.signed_up', actor: party, subject: party });
    const from = canonicalIp(context.ip);
    await transaction.execute(insertMailRequest, [createId(), 'verification', email.address, email.key, from]);
    return openSession(transaction.query, parts, visit, {
      ...{ userId: id, passwordVersion: 1, network: networkOf(context.ip), transport: body.transport },
    });
  });
  if (!fresh) throw emailTaken();
  parts.wakeOutbox();
  reply.code(201);
  return { status: 'signed_up', ...(await handOver(parts, fresh, body.transport, visit)) };
}
