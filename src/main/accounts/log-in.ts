/** Logging in with address and password. Whether the address is known shows neither in the answer nor in the work. */

import { checkPassword } from './check-password.ts';
import { parseEmailAddress } from './email-address.ts';
import { emailNotVerified, invalidCredentials } from './errors.ts';
import { isOutdated } from './hashing/index.ts';
import { networkOf } from './network.ts';
import { handOver, openSession } from './open-session.ts';
import type { AccountsParts, Visit } from './parts.ts';
import { type CredentialRow, findCredentialsByEmail, updatePasswordHash } from './queries/users.ts';
import type { LogIn, Signed } from './schema.ts';
import { passwordAttempts } from './throttle.ts';
import { toUser } from './views.ts';

/** @throws AppError invalid_credentials, email_not_verified, too_many_attempts, hashing_full */
export async function logIn(parts: AccountsParts, visit: Visit<LogIn>): Promise<Signed> {
  const { body, context } = visit;
  const email = parseEmailAddress(body.email);
  const network = networkOf(context.ip);
  parts.throttle.refuseIfBlocked(passwordAttempts(email.key, network, true));
  const user = await parts.hasher.withPlace(context, async (place) => {
    const [credentials] = await parts.database.query(findCredentialsByEmail, [email.key, network], context);
    const guess = { emailKey: email.key, network, password: body.password, credentials };
    const isRight = await checkPassword(parts, place, guess, context);
    if (!isRight || !credentials || credentials.disabled) throw invalidCredentials();
    return credentials;
  });
  if (parts.config.requireVerifiedEmail && !user.emailVerified) throw emailNotVerified();
  const query = parts.database.query.bind(parts.database);
  const fresh = await openSession((statement, params) => query(statement, params, context), parts, user, visit);
  if (!fresh) throw invalidCredentials();
  raiseCost(parts, user, body.password);
  return { user: toUser(user), ...(await handOver(parts, fresh, body.transport, visit)) };
}

/** Today's cost may be higher than when the password was set; only now is the password at hand. Nobody waits for it. */
function raiseCost({ database, hasher, logger }: AccountsParts, user: CredentialRow, password: string): void {
  const { id, passwordHash } = user;
  if (passwordHash === null || !isOutdated(passwordHash)) return;
  const work = hasher.withPlace({}, async (place) => {
    const newHash = await place.hash(password);
    await database.execute(updatePasswordHash, [id, passwordHash, newHash]);
  });
  work.catch((error: unknown) => logger.debug({ err: error, userId: id }, 'a hash keeps its old cost for now'));
}
