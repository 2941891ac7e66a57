/** The first operator: made with a link that is printed where the server runs, works once, and only while there is none. */

import type { Origin } from '../database/index.ts';
import { networkOf } from '../foundation/network.ts';
import { createId, createToken, hashToken, looksLikeToken } from '../foundation/tokens.ts';
import { noteAudit } from './audit-trail/note.ts';
import { parseEmailAddress } from './email-address.ts';
import { emailTaken, firstOperatorExists, invalidLink } from './errors.ts';
import { handOver, openSession } from './open-session.ts';
import type { AccountsParts, Visit } from './parts.ts';
import { cleanName } from './person-name.ts';
import {
  consumeFirstOperatorToken,
  issueFirstOperatorToken,
  peekFirstOperatorToken,
} from './queries/one-time-tokens.ts';
import { findCredentialsByEmail, hasOperator, insertFirstOperator, toNewUserParams } from './queries/users.ts';
import type { FirstOperator, Signed } from './schema.ts';
import { attempt, rules } from './throttle.ts';
import { toUser } from './views.ts';

const SETUP_LIFETIME_MS = 24 * 3_600_000;

/** A new link, which ends the one before it; null where there is an operator. */
export async function createSetupLink({ database, config }: AccountsParts): Promise<string | null> {
  const token = createToken();
  const [issued] = await database.query(issueFirstOperatorToken, [hashToken(token), SETUP_LIFETIME_MS]);
  return issued ? `${config.baseUrl}/console/setup#token=${token}` : null;
}

export async function isFirstOperatorNeeded({ database }: AccountsParts, origin: Origin): Promise<boolean> {
  const [row] = await database.query(hasOperator, [], origin);
  return row?.exists === false;
}

/** @throws AppError invalid_link, email_taken, password_refused, too_many_attempts, hashing_full */
export async function createFirstOperator(parts: AccountsParts, visit: Visit<FirstOperator>): Promise<Signed> {
  const { body, context } = visit;
  const { database, hasher, policy, throttle } = parts;
  const network = networkOf(context.ip);
  const attempts = [attempt(rules.tokenByNetwork, network)];
  const forgiveness = { cleared: [], refunded: attempts };
  throttle.refuseIfBlocked(attempts);
  await throttle.take(attempts, context);
  if (!looksLikeToken(body.token)) throw invalidLink();
  const tokenHash = hashToken(body.token);
  const [link] = await database.query(peekFirstOperatorToken, [tokenHash], context);
  if (!link) throw invalidLink();
  const email = parseEmailAddress(body.email);
  const name = cleanName(body.name);
  const contextWords = [email.address, name];
  const password = await policy.accept({ password: body.password, field: 'password', contextWords });
  const passwordHash = await hasher.withPlace(context, { network }, (place) => place.hash(password));
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.createFirstOperator', origin: context } as const;
  const made = await database.transaction(work, async (transaction) => {
    if ((await transaction.execute(consumeFirstOperatorToken, [tokenHash])) === 0) throw invalidLink();
    const user = { id: createId(), email: email.address, emailKey: email.key, isVerified: true, name, passwordHash };
    const [row] = await transaction.query(insertFirstOperator, toNewUserParams({ ...user, role: 'operator' }));
    if (!row) {
      const [taken] = await transaction.query(findCredentialsByEmail, [email.key, '']);
      throw taken ? emailTaken() : firstOperatorExists();
    }
    const party = { kind: 'operator', id: row.id } as const;
    await noteAudit(transaction.query, context, {
      action: 'first_operator.created',
      actor: party,
      subject: { ...party, kind: 'user' },
    });
    const fresh = await openSession(transaction.query, parts, visit, {
      userId: row.id,
      passwordVersion: 1,
      forgiveness,
      network,
      transport: body.transport,
    });
    if (!fresh) throw invalidLink();
    return { row, fresh };
  });
  throttle.forgetBlocks(forgiveness);
  return { user: toUser(made.row), ...(await handOver(parts, made.fresh, body.transport, visit)) };
}
