/** Logging in with address and password. Whether the address is known shows neither in the answer nor in the work. */

import { AppError } from '../foundation/errors.ts';
import { networkOf } from '../foundation/network.ts';
import { checkPassword } from './check-password.ts';
import { completeLogIn } from './complete-log-in.ts';
import { parseEmailAddress } from './email-address.ts';
import { emailNotVerified, invalidCredentials } from './errors.ts';
import { type HashClaim, isOutdated } from './hashing/index.ts';
import type { AccountsParts, Visit } from './parts.ts';
import { markBreached } from './protection/queries.ts';
import { type CredentialRow, findCredentialsByEmail, updatePasswordHash } from './queries/users.ts';
import type { LoggedIn, LogIn } from './schema.ts';
import { passwordAttempts } from './throttle.ts';

/** @throws AppError invalid_credentials, email_not_verified, too_many_attempts, hashing_full */
export async function logIn(parts: AccountsParts, visit: Visit<LogIn>): Promise<LoggedIn> {
  try {
    return await logInByPassword(parts, visit);
  } catch (error) {
    if (error instanceof AppError && error.code === 'too_many_attempts') noteBlock(parts, visit.context);
    throw error;
  }
}

async function logInByPassword(parts: AccountsParts, visit: Visit<LogIn>): Promise<LoggedIn> {
  const { body, context } = visit;
  const email = parseEmailAddress(body.email);
  const network = networkOf(context.ip);
  const deviceId = await parts.protection.devices.find(visit.request, email.key);
  parts.throttle.refuseIfBlocked(passwordAttempts(email.key, { network, isNetworkKnown: true, deviceId }));
  const claim = deviceId ? { account: `${email.key} ${deviceId}` } : { account: email.key, network };
  let guessedAt: string | null = null;
  const right = await parts.hasher.withPlace(context, claim, async (place) => {
    const [credentials] = await parts.database.query(findCredentialsByEmail, [email.key, network], context);
    guessedAt = credentials?.id ?? null;
    const guess = { emailKey: email.key, network, deviceId, password: body.password, credentials };
    return checkPassword(parts, place, guess, context);
  });
  if (!right) {
    noteFailure(parts, context, guessedAt);
    throw invalidCredentials();
  }
  const { user, forgiveness } = right;
  const refusal = refusalOf(parts, user);
  if (refusal) {
    context.foundUserId = user.id;
    noteFailure(parts, context, user.id);
    await parts.throttle.forgive(forgiveness, context);
    throw refusal;
  }
  const { transport } = body;
  const answer = await completeLogIn(parts, visit, { user, methods: ['password'], transport, forgiveness });
  raiseCost(parts, user, { password: body.password, claim });
  markIfKnown(parts, user, body.password);
  return answer;
}

/** What was typed as an address is not kept: it may have been a password. */
function noteFailure({ auditTrail }: AccountsParts, context: Visit['context'], userId: string | null): void {
  const key = userId ?? networkOf(context.ip);
  auditTrail.refusals.note(context, { key, action: 'log_in.failed', subject: { kind: 'user', id: userId } });
}

/** Of whom it is, is not asked any more. */
function noteBlock({ auditTrail }: AccountsParts, context: Visit['context']): void {
  const subject = { kind: 'user', id: null };
  auditTrail.refusals.note(context, { key: networkOf(context.ip), action: 'log_in.blocked', subject });
}

/** Said only to someone who gave the right password. */
function refusalOf({ config }: AccountsParts, user: CredentialRow): AppError | null {
  if (user.disabled) return invalidCredentials();
  return config.requireVerifiedEmail && !user.emailVerified ? emailNotVerified() : null;
}

/** Today's cost may be higher than when the password was set; only now is the password at hand. Nobody waits for it. */
function raiseCost(
  { database, hasher, logger }: AccountsParts,
  { id, passwordHash }: CredentialRow,
  { password, claim }: { password: string; claim: HashClaim },
): void {
  if (passwordHash === null || !isOutdated(passwordHash)) return;
  const work = hasher.withPlace({}, claim, async (place) => {
    const newHash = await place.hash(password);
    await database.execute(updatePasswordHash, [id, passwordHash, newHash]);
  });
  work.catch((error: unknown) => logger.debug({ err: error, userId: id }, 'a hash keeps its old cost for now'));
}

/** It was good enough when it was set, and has been stolen somewhere since. Nobody waits for that; `/me` says it from then on. */
function markIfKnown(
  { database, logger, policy }: AccountsParts,
  { id, passwordVersion }: CredentialRow,
  password: string,
): void {
  const work = policy.isKnown(password).then(async (isKnown) => {
    if (isKnown) await database.execute(markBreached, [id, passwordVersion]);
  });
  work.catch((error: unknown) => logger.debug({ err: error, userId: id }, 'a password was not looked up'));
}
