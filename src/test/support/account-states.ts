/** Somebody's account as the server tells of it, for tests that look at the account page without a server behind it. */

import type { Answers } from './hosted-states.ts';

const DAY_MS = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
const id = (number: number) => `0199a000-0000-7000-8000-${String(number).padStart(12, '0')}`;

export const EMAIL = 'mira@example.com';

const user = {
  ...{ id: id(1), email: EMAIL, emailVerified: true, name: 'Mira', role: 'user', disabled: false, locale: null },
  ...{ secondFactors: ['totp', 'passkey', 'recovery_code'], createdAt: ago(90), updatedAt: ago(9) },
};

const session = (number: number, more: object = {}) => ({
  ...{ id: id(number), createdAt: ago(3), lastUsedAt: ago(1), expiresAt: ago(-4), ip: '192.0.2.17' },
  ...{ userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', current: false },
  ...{ device: { browser: 'Firefox', system: 'Linux', kind: 'desktop' }, place: { city: 'Wien', country: 'AT' } },
  ...{ methods: ['password', 'totp'], authenticatedAt: ago(3), isImpersonated: false },
  ...more,
});

const here = session(10, { current: true });
const sessions = [
  session(11, { isImpersonated: true, place: null }),
  here,
  session(12, { device: { browser: 'Safari', system: 'iPhone', kind: 'phone' }, methods: ['passkey'] }),
];

export const factors = {
  totp: { addedAt: ago(30) },
  passkeys: 1,
  recoveryCodes: { left: 8, total: 10, createdAt: ago(30) },
  ...{ hasPassword: true, isRequired: false, dueAt: null },
  rememberedDevices: [
    { id: id(20), device: 'Firefox on Linux', createdAt: ago(20), lastUsedAt: ago(2), expiresAt: ago(-10) },
  ],
};

const passkeys = [
  {
    ...{ id: id(30), name: 'Mira’s phone', createdAt: ago(30), lastUsedAt: ago(1), isBackedUp: true },
    transports: ['internal'],
  },
];

const apiKeys = [
  {
    ...{ id: id(40), name: 'Nightly backup', hint: 'aq_uz8G', scopes: ['own.data.read'], createdAt: ago(20) },
    ...{ expiresAt: ago(-70), lastUsedAt: ago(1), lastUsedIp: '192.0.2.17' },
  },
];

const event = (number: number, action: string, more: object = {}) => ({
  ...{ id: id(number), at: ago(number / 100), action, outcome: 'done', sessionId: null, ip: '192.0.2.17' },
  ...{ userAgent: null, requestId: null, details: {}, seq: number },
  actor: { kind: 'user', id: user.id, email: EMAIL },
  subject: { kind: 'user', id: user.id, email: EMAIL },
  ...more,
});

const firstEvents = [
  event(100, 'log_in.succeeded'),
  event(110, 'log_in.failed', { outcome: 'refused', actor: { kind: 'anyone', id: null, email: null } }),
  event(250, 'impersonation.started', {
    actor: { kind: 'operator', id: id(2), email: null },
    details: { reason: 'Letter 4711' },
  }),
];

const me = (more: object = {}) => ({ user, session: here, impersonator: null, mustChangePassword: false, ...more });

export const usual = me();
export const impersonated = me({ impersonator: { id: id(2), email: 'olga@example.com' } });
export const breached = me({ mustChangePassword: true });

/** What the account page asks for. */
export const accountAnswers: Answers = {
  'GET /v1/accounts/me': [200, usual],
  'GET /v1/accounts/factors': [200, factors],
  'GET /v1/accounts/passkeys': [200, { passkeys }],
  'GET /v1/accounts/sessions': [200, { sessions }],
  'GET /v1/accounts/social/identities': [
    200,
    {
      identities: [
        {
          ...{ id: id(50), provider: 'google', providerName: 'Google', instance: null, email: EMAIL, name: 'Mira' },
          ...{ createdAt: ago(40), lastUsedAt: ago(2), hasToken: false },
        },
      ],
    },
  ],
  'GET /v1/accounts/api-keys': [200, { apiKeys }],
  'GET /v1/accounts/permissions': [
    200,
    {
      permissions: [
        { name: 'own.data.read', about: 'Read one’s own records.', kind: 'own', routes: [] },
        { name: 'accounts.read', about: 'See users.', kind: 'everybody', routes: [] },
      ],
    },
  ],
  'GET /v1/accounts/me/audit': [200, { events: firstEvents, nextCursor: null }],
};
