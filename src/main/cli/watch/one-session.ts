/**
 * Who may look: whoever opens the link from the terminal, which works once. The console's own questions about the account are
 * answered from memory; there are no accounts here.
 */

import { timingSafeEqual } from 'node:crypto';
import { Type } from 'typebox';
import * as accounts from '../../accounts/route-schemas.ts';
import { createId, createToken, hashToken } from '../../foundation/tokens.ts';
import {
  type Authenticate,
  clearSessionCookie,
  type Route,
  readSessionToken,
  route,
  setSessionCookie,
} from '../../http/index.ts';
import { watchLinkUsed } from '../../monitor/watch/errors.ts';

export interface OneSession {
  readonly authenticate: Authenticate;
  readonly routes: Route[];
  /** A new link, which ends the one before it. */
  createLink(baseUrl: string): string;
}

const LIFETIME_MS = 12 * 3_600_000;
const SESSIONS_MAX = 20;
const PATH = '/v1/watch/open';

const openWatch = {
  summary: 'Open the console with the link from the terminal',
  query: Type.Object({ token: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) }, { additionalProperties: false }),
  response: { 303: null },
  errors: ['watch_link_used'],
} as const;

interface Open {
  readonly id: string;
  readonly hash: Buffer;
  readonly openedAtMs: number;
}

/** @param nowMs wall clock */
export function createOneSession(nowMs: () => number = Date.now): OneSession {
  const userId = createId();
  let link: Buffer | undefined;
  let sessions: Open[] = [];
  const find = (token: string): Open | undefined => {
    const hash = hashToken(token);
    return sessions.find((one) => timingSafeEqual(one.hash, hash) && nowMs() - one.openedAtMs < LIFETIME_MS);
  };
  const authenticate: Authenticate = async (token, transport) => {
    const found = find(token);
    return found ? { userId, sessionId: found.id, role: 'operator', transport } : null;
  };
  const open = (token: string): string => {
    if (!link || !timingSafeEqual(link, hashToken(token))) throw watchLinkUsed();
    link = undefined;
    const session = createToken();
    sessions = [...sessions, { id: createId(), hash: hashToken(session), openedAtMs: nowMs() }].slice(-SESSIONS_MAX);
    return session;
  };
  return {
    authenticate,
    routes: createRoutes({
      open,
      find,
      userId,
      end: (id) => {
        sessions = sessions.filter((one) => one.id !== id);
      },
    }),
    createLink: (baseUrl) => {
      const token = createToken();
      link = hashToken(token);
      return `${baseUrl}${PATH}?token=${token}`;
    },
  };
}

interface Sessions {
  open(token: string): string;
  find(token: string): Open | undefined;
  end(id: string): void;
  userId: string;
}

function createRoutes({ end, find, open, userId }: Sessions): Route[] {
  const base = '/v1/accounts';
  return [
    route('GET', PATH, { access: 'public', schema: openWatch }, async ({ query, reply }) => {
      setSessionCookie(reply, open(query.token), LIFETIME_MS / 1_000);
      await reply.redirect('/console/', 303);
    }),
    route('GET', `${base}/me`, { access: 'user', schema: accounts.getMe }, async ({ caller, request }) => {
      const found = find(readSessionToken(request)?.token ?? '');
      const openedAt = new Date(found?.openedAtMs ?? 0).toISOString();
      const expiresAt = new Date((found?.openedAtMs ?? 0) + LIFETIME_MS).toISOString();
      const session = {
        createdAt: openedAt,
        lastUsedAt: openedAt,
        expiresAt,
        ip: null,
        userAgent: null,
        device: { browser: null, system: null, kind: 'unknown' as const },
        place: null,
        methods: [],
        acr: 'aal1' as const,
        authenticatedAt: openedAt,
        isImpersonated: false,
        current: true,
      };
      const account = { emailVerified: true, name: null, locale: null, role: 'operator', disabled: false } as const;
      const user = {
        id: userId,
        email: 'at this terminal',
        ...account,
        secondFactors: [],
        createdAt: openedAt,
        updatedAt: openedAt,
      };
      return { user, session: { id: caller.sessionId, ...session }, impersonator: null, mustChangePassword: false };
    }),
    route('GET', `${base}/settings`, { access: 'public', schema: accounts.getSettings }, async () => ({
      application: { name: 'Aquifer watch', accent: '#0b5a8a', logoUrl: null },
      ...{ passwordMinLength: 15, requireVerifiedEmail: true, isWatch: true },
      ...{ mailLogIn: false, passkeys: false },
    })),
    route('GET', `${base}/first-operator`, { access: 'public', schema: accounts.isFirstOperatorNeeded }, async () => ({
      needed: false,
    })),
    route('POST', `${base}/log-out`, { access: 'public', schema: accounts.logOut }, async ({ reply, request }) => {
      const found = find(readSessionToken(request)?.token ?? '');
      if (found) end(found.id);
      clearSessionCookie(reply);
    }),
  ];
}
