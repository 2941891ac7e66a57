/**
 * Where the browser comes back from the other site. Every check is made before anything is believed: that this browser began
 * this very log-in with this provider, and has not finished it; that the answer is the provider's own and is meant for us.
 * However it ends, the browser goes on to a page; no secret but the question for the second factor goes with it, and that
 * only to our own page, in the part of the address that is not sent.
 */

import { authorizationCodeGrant } from 'openid-client';
import { AppError } from '../../foundation/errors.ts';
import { networkOf } from '../../foundation/network.ts';
import { looksLikeToken } from '../../foundation/tokens.ts';
import { noteAuditAlone } from '../audit-trail/note.ts';
import { completeLogIn } from '../complete-log-in.ts';
import { emailNotVerified, invalidCredentials } from '../errors.ts';
import { safeNextPage } from '../next-page.ts';
import type { Visit } from '../parts.ts';
import { findCredentialsById } from '../queries/users.ts';
import type { SecondFactorNeeded } from '../schema.ts';
import { type Admitted, admitIdentity, linkIdentity } from './admit-identity.ts';
import { homeOf } from './atproto/client.ts';
import { redeemAtproto } from './atproto/redeem.ts';
import { deriveSecrets, type FlowSecrets, readBrowserSecret } from './browser-secret.ts';
import { callbackUrl, instanceAtCallback } from './callback-url.ts';
import { flowInvalid } from './errors.ts';
import { connectInstance } from './instances.ts';
import type { SocialParts } from './parts.ts';
import { guardAnswer } from './problems.ts';
import { type Profile, readProfile, type Tokens } from './profile.ts';
import type { Provider } from './provider.ts';
import { keepTokens } from './provider-tokens.ts';
import { consumeFlow, type FlowRow } from './queries.ts';
import { findProvider, type Linking } from './start.ts';

/** What a provider may send back that we look at; the rest of the query is nobody's business. */
const ANSWER_PARAMETERS = ['code', 'state', 'iss', 'error'] as const;
const MAX_PARAMETER_LENGTH = 4_096;

const ACCOUNT_PAGE = '/accounts/';
const LOG_IN_PAGE = '/accounts/log-in';

/**
 * Sends the browser on, with a session or with the code of what went wrong.
 *
 * @param instance as it stands in the address that the answer came to
 * @throws AppError social_provider_unknown
 */
export async function finishSocial(
  parts: SocialParts,
  visit: Visit<unknown>,
  providerId: string,
  instance: string | null = null,
): Promise<undefined> {
  const provider = findProvider(parts, providerId);
  const home = provider.kind === 'atproto' && homeOf(parts.config.baseUrl, provider, visit.request.hostname);
  if (home) {
    visit.reply.redirect(`${home}?${readAnswer(visit.request.query) ?? ''}`, 303);
    return;
  }
  const way: Way = { instance };
  const target = await arrive(parts, visit, provider, way).catch((error: unknown) =>
    pageOfProblem(parts, visit, { provider, error, flow: way.flow }),
  );
  visit.reply.redirect(target, 303);
}

interface Way {
  readonly instance: string | null;
  flow?: FlowRow;
}

/** @returns where the browser goes on to */
async function arrive(parts: SocialParts, visit: Visit<unknown>, provider: Provider, way: Way): Promise<string> {
  const { context, request } = visit;
  const answer = readAnswer(request.query);
  const browserSecret = readBrowserSecret(request);
  const state = answer?.get('state') ?? '';
  if (!answer || browserSecret === null || !looksLikeToken(state)) throw flowInvalid();
  const secrets = deriveSecrets(browserSecret, provider.id, state);
  const [flow] = await parts.database.query(
    consumeFlow,
    [secrets.stateHash, secrets.browserHash, provider.id],
    context,
  );
  if (!flow) throw flowInvalid();
  way.flow = flow;
  if (instanceAtCallback(provider, flow.instance) !== way.instance) throw flowInvalid();
  const { connection, profile, tokens } = await redeem(parts, visit, { provider, flow, answer, secrets, state });
  const arrival = { connection, profile, context };
  const linking = linkingOf(flow);
  const admitted = linking ? await linkIdentity(parts, linking, arrival) : await admitIdentity(parts, arrival);
  parts.wakeOutbox();
  await keepTokens(parts, context, { provider, identityId: admitted.identityId, tokens });
  const next = flow.next === null ? null : safeNextPage(flow.next, parts.config);
  return linking ? (next ?? ACCOUNT_PAGE) : logInAs(parts, visit, admitted, next);
}

/** Null where a parameter comes twice, or is longer than any is. */
export function readAnswer(query: unknown): URLSearchParams | null {
  const given = (query ?? {}) as Record<string, unknown>;
  const answer = new URLSearchParams();
  for (const name of ANSWER_PARAMETERS) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) continue;
    if (typeof value !== 'string' || value.length > MAX_PARAMETER_LENGTH) return null;
    answer.set(name, value);
  }
  return answer;
}

interface Answer {
  readonly provider: Provider;
  readonly flow: FlowRow;
  readonly answer: URLSearchParams;
  readonly secrets: FlowSecrets;
  readonly state: string;
}

/** Changes the code for tokens, and those for who it is. Nothing of ours is held meanwhile. */
async function redeem(
  parts: SocialParts,
  { context }: Visit<unknown>,
  { provider, flow, answer, secrets, state }: Answer,
) {
  const url = new URL(`${callbackUrl(parts.config.baseUrl, provider, flow.instance)}?${answer}`);
  return guardAnswer(parts, provider, async () => {
    if (provider.kind === 'atproto') {
      const redeemed = await redeemAtproto(parts, { provider, flow, answer, secrets, state });
      return { ...redeemed, connection: { provider, instance: null } };
    }
    const instance = flow.instance === null ? null : await connectInstance(parts, provider, flow.instance, context);
    const connection = await parts.connections.connect(provider, instance);
    const isOidc = provider.kind === 'oidc';
    const tokens: Tokens = await authorizationCodeGrant(connection.configuration, url, {
      expectedState: state,
      ...(provider.lacksPkce ? {} : { pkceCodeVerifier: secrets.codeVerifier }),
      ...(isOidc && !provider.lacksNonce ? { expectedNonce: secrets.nonce } : {}),
      idTokenExpected: isOidc,
    });
    const profile: Profile = await readProfile(connection, tokens);
    return { connection, profile, tokens };
  });
}

function linkingOf({ userId, sessionId }: FlowRow): Linking | null {
  return userId !== null && sessionId !== null ? { userId, sessionId } : null;
}

async function logInAs(
  parts: SocialParts,
  visit: Visit<unknown>,
  { userId }: Admitted,
  next: string | null,
): Promise<string> {
  const { context } = visit;
  const [user] = await parts.database.query(findCredentialsById, [userId, networkOf(context.ip)], context);
  if (!user || user.disabled) throw invalidCredentials();
  if (parts.config.requireVerifiedEmail && !user.emailVerified) throw emailNotVerified();
  const answer = await completeLogIn(parts, visit, { user, methods: ['social'], transport: 'cookie' });
  return 'secondFactor' in answer ? pageOfChallenge(answer, next) : (next ?? ACCOUNT_PAGE);
}

/** After the `#`, which a browser keeps to itself. */
function pageOfChallenge({ secondFactor }: SecondFactorNeeded, next: string | null): string {
  const { challenge, methods, expiresAt } = secondFactor;
  const told = new URLSearchParams({ challenge, methods: methods.join(','), expiresAt });
  if (next !== null) told.set('next', next);
  return `${LOG_IN_PAGE}#${told}`;
}

/** A person waits for a page, so a refusal is one: the code in its address, the words are the page's. */
async function pageOfProblem(
  parts: SocialParts,
  { context }: Visit<unknown>,
  { provider, error, flow }: { provider: Provider; error: unknown; flow: FlowRow | undefined },
): Promise<string> {
  const { requestId } = context;
  const isKnown = error instanceof AppError;
  const code = isKnown ? error.code : 'internal';
  if (!isKnown) parts.logger.error({ err: error, requestId, provider: provider.id }, 'a log-in by another site failed');
  if (flow) await noteRefusal(parts, context, { provider: provider.id, code, userId: flow.userId });
  const next = flow?.next ? safeNextPage(flow.next, parts.config) : null;
  const told = new URLSearchParams({ problem: code, provider: provider.id });
  const isLinking = flow !== undefined && flow.userId !== null;
  if (next !== null && !isLinking) told.set('next', next);
  return `${isLinking ? ACCOUNT_PAGE : LOG_IN_PAGE}?${told}`;
}

/** Bounded by the log-ins that one may begin. That it cannot be noted must not hide what it is about. */
async function noteRefusal(
  { database, logger }: SocialParts,
  context: Visit['context'],
  { provider, code, userId }: { provider: string; code: string; userId: string | null },
): Promise<void> {
  const note = noteAuditAlone(database, context, {
    action: userId === null ? 'social.log_in_failed' : 'social.link_failed',
    outcome: 'refused',
    ...(userId === null ? {} : { actor: { kind: 'user', id: userId } as const }),
    details: { provider, code },
  });
  await note.catch((error: unknown) => logger.warn({ err: error }, 'a refused log-in was not noted'));
}
