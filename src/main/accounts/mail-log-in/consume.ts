/** Logging in with what the mail brought: its link or its code, either once, in the browser that asked. */

import type { Transaction } from '../../database/index.ts';
import { networkOf } from '../../foundation/network.ts';
import { hashToken, looksLikeToken } from '../../foundation/tokens.ts';
import { claimUnverified } from '../claim-account.ts';
import { completeLogIn } from '../complete-log-in.ts';
import { invalidLink } from '../errors.ts';
import type { AccountsParts, Visit } from '../parts.ts';
import { type CredentialRow, findCredentialsById } from '../queries/users.ts';
import type { SessionTransport, Verified } from '../schema.ts';
import { type Attempt, attempt, rules } from '../throttle.ts';
import { browsersOf, forgetBrowser } from './browser.ts';
import { isRightCode } from './code.ts';
import { otherBrowser, wrongCode } from './errors.ts';
import { consumeMailCode, consumeMailLink, countCodeTry, findMailLink } from './queries.ts';
import type { MailLogInCode, MailLogInLink } from './schema.ts';

/** So many guesses at the code of one mail. */
export const CODE_TRIES = 5;

/** What was counted for this try, to be taken back where it is right. */
interface Counted {
  readonly cleared: readonly Attempt[];
  readonly refunded: readonly Attempt[];
}

type Consume = (query: Transaction['query']) => Promise<{ userId: string }[]>;

/** @throws AppError invalid_link, other_browser (which consumes nothing), too_many_attempts */
export async function logInByMailLink(parts: AccountsParts, visit: Visit<MailLogInLink>): Promise<Verified> {
  const { body, context } = visit;
  const refunded = await countByNetwork(parts, visit);
  if (!looksLikeToken(body.token)) throw invalidLink();
  const tokenHash = hashToken(body.token);
  const browsers = browsersOf(visit, body.attempt);
  const user = await prove(parts, visit, (query) => query(consumeMailLink, [tokenHash, browsers]));
  if (user) return finish(parts, visit, user, { cleared: [], refunded });
  const [elsewhere] = await parts.database.query(findMailLink, [tokenHash], context);
  throw elsewhere ? otherBrowser() : invalidLink();
}

/** @throws AppError wrong_code, too_many_attempts */
export async function logInByMailCode(parts: AccountsParts, visit: Visit<MailLogInCode>): Promise<Verified> {
  const { database, sealer, throttle } = parts;
  const { body, context } = visit;
  const refunded = await countByNetwork(parts, visit);
  const [browser] = browsersOf(visit, body.attempt);
  if (!browser) throw wrongCode();
  const [waiting] = await database.query(countCodeTry, [browser, CODE_TRIES], context);
  if (!waiting) throw wrongCode();
  // Of the address, over all its mails: whoever asks for one mail after the other gets no more guesses by it.
  const cleared = [attempt(rules.mailCodeByAddress, waiting.emailKey)];
  throttle.refuseIfBlocked(cleared);
  await throttle.take(cleared, context);
  if (!(await isRightCode(sealer, body.code, waiting))) {
    noteFailure(parts, visit, waiting.userId);
    throw wrongCode();
  }
  const user = await prove(parts, visit, (query) => query(consumeMailCode, [waiting.id]));
  if (!user) throw wrongCode();
  return finish(parts, visit, user, { cleared, refunded });
}

/** @param userId null where nobody has the address */
function noteFailure({ auditTrail }: AccountsParts, { context }: Visit<unknown>, userId: string | null): void {
  const about = { subject: { kind: 'user', id: userId }, details: { method: 'mail' } };
  auditTrail.refusals.note(context, { key: userId ?? networkOf(context.ip), action: 'log_in.failed', ...about });
}

async function countByNetwork(
  { throttle }: Pick<AccountsParts, 'throttle'>,
  { context }: Pick<Visit, 'context'>,
): Promise<Attempt[]> {
  const attempts = [attempt(rules.tokenByNetwork, networkOf(context.ip))];
  throttle.refuseIfBlocked(attempts);
  await throttle.take(attempts, context);
  return attempts;
}

/** Consumes the proof and lets it take effect, both or neither. Null where there was nothing to consume. */
function prove(
  { database }: Pick<AccountsParts, 'database'>,
  { context }: Pick<Visit, 'context'>,
  consume: Consume,
): Promise<CredentialRow | null> {
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.logInByMail', origin: context } as const;
  return database.transaction(work, async ({ query }) => {
    const [proven] = await consume(query);
    if (!proven) return null;
    await claimUnverified(query, context, proven.userId);
    const [user] = await query(findCredentialsById, [proven.userId, networkOf(context.ip)]);
    return user ?? null;
  });
}

async function finish(
  parts: AccountsParts,
  visit: Visit<{ transport?: SessionTransport }>,
  user: CredentialRow,
  forgiveness: Counted,
): Promise<Verified> {
  forgetBrowser(visit);
  const { transport } = visit.body;
  const answer = await completeLogIn(parts, visit, { user, methods: ['mail'], transport, forgiveness });
  return { ...answer, needsPassword: user.passwordHash === null };
}
