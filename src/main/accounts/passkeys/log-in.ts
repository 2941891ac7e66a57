/** Logging in with a passkey and nothing else: it is what one has, and its PIN, finger or face what one knows or is. */

import { networkOf } from '../../foundation/network.ts';
import { completeLogIn } from '../complete-log-in.ts';
import { emailNotVerified } from '../errors.ts';
import type { AccountsParts, Visit } from '../parts.ts';
import { findCredentialsById } from '../queries/users.ts';
import type { LoggedIn } from '../schema.ts';
import { attempt, rules } from '../throttle.ts';
import { passkeyRefused } from './errors.ts';
import type { PasskeyLogIn } from './schema.ts';
import { verifyPasskey } from './verify.ts';

/** @throws AppError passkey_refused, email_not_verified, too_many_attempts */
export async function logInWithPasskey(parts: AccountsParts, visit: Visit<PasskeyLogIn>): Promise<LoggedIn> {
  const { body, context } = visit;
  const network = networkOf(context.ip);
  const attempts = [attempt(rules.tokenByNetwork, network)];
  parts.throttle.refuseIfBlocked(attempts);
  await parts.throttle.take(attempts, context);
  const answer = { ceremony: 'log_in', secret: body.flow, response: body.response } as const;
  const { userId } = await verifyPasskey(parts, answer, context).catch((error: unknown) => {
    noteFailure(parts, visit);
    throw error;
  });
  const [user] = await parts.database.query(findCredentialsById, [userId, network], context);
  if (!user || user.disabled) throw passkeyRefused('its user is disabled');
  if (parts.config.requireVerifiedEmail && !user.emailVerified) throw emailNotVerified();
  const forgiveness = { cleared: [], refunded: attempts };
  return completeLogIn(parts, visit, { user, methods: ['passkey'], transport: body.transport, forgiveness });
}

/** Nobody is named by an answer that does not verify, so it is counted by where it came from. */
function noteFailure({ auditTrail }: AccountsParts, { context }: Visit<unknown>): void {
  const about = { subject: { kind: 'user', id: null }, details: { method: 'passkey' } };
  auditTrail.refusals.note(context, { key: networkOf(context.ip), action: 'log_in.failed', ...about });
}
