import { describe, expect, test } from 'vitest';
import { AppError } from '../../../main/foundation/errors.ts';
import { permissionOf, refuseUnlessAllowed } from '../../../main/http/middleware/access.ts';
import type { Caller, Standing } from '../../../main/http/request-context.ts';
import { type Route, type RouteOptions, type RouteSchema, route } from '../../../main/http/route.ts';

type Options = Partial<RouteOptions<RouteSchema, 'user' | 'operator'>>;
const schema = { summary: 'A test', response: { 204: null } } as const;

function at(method: Route['method'], path: string, options: Options = {}): Route {
  return route(method, path, { access: 'user', schema, ...options }, async () => undefined);
}

const STANDING: Standing = {
  permissions: [],
  methods: ['password'],
  assurance: 1,
  authenticatedAgoMs: 1_000,
  secondFactors: [],
  mustSetUpFactor: false,
  impersonatorId: null,
  apiKey: null,
};

function caller(standing: Partial<Standing> = {}, role: Caller['role'] = 'user'): Caller {
  return { userId: 'u', sessionId: 's', role, transport: 'bearer', standing: { ...STANDING, ...standing } };
}

/** The code it is refused with; null where it is not. */
function refusal(one: Route, who: Caller): string | null {
  try {
    refuseUnlessAllowed(one, who);
    return null;
  } catch (error) {
    return (error as AppError).code;
  }
}

describe('what a route asks for', () => {
  test.each([
    ['GET', '/v1/data/collections', 'operator', 'data.read'],
    ['DELETE', '/v1/data/collections/:collection', 'operator', 'data.write'],
    ['GET', '/v1/data/records/:collection', 'user', 'own.data.read'],
    ['PATCH', '/v1/data/records/:collection/:id', 'user', 'own.data.write'],
    ['GET', '/shop/orders', 'user', 'own.shop.read'],
    ['POST', '/shop/orders', 'operator', 'shop.write'],
    ['GET', '/v1/accounts/me', 'user', null],
    ['POST', '/v1/accounts/password/change', 'user', null],
  ] as const)('%s %s for a %s is %s', (method, path, access, permission) => {
    expect(permissionOf(at(method, path, { access }))).toBe(permission);
  });

  test('a route’s own word counts, also the word that nothing opens it', () => {
    expect(permissionOf(at('GET', '/v1/accounts/users', { access: 'operator', permission: 'people.see' }))).toBe(
      'people.see',
    );
    expect(permissionOf(at('GET', '/v1/accounts/mailbox', { access: 'operator', permission: null }))).toBeNull();
  });
});

describe('operators’ routes', () => {
  const read = at('GET', '/v1/data/collections', { access: 'operator' });
  const write = at('DELETE', '/v1/data/collections/:collection', { access: 'operator' });
  const closed = at('GET', '/v1/accounts/mailbox', { access: 'operator', permission: null });

  test('an operator may all of them, with no permission at all', () => {
    for (const one of [read, write, closed]) expect(refusal(one, caller({}, 'operator'))).toBeNull();
  });

  test('who has the permission may this one, and no other', () => {
    const reader = caller({ permissions: ['data.read'] });
    expect([read, write, closed].map((one) => refusal(one, reader))).toEqual([null, 'operator_only', 'operator_only']);
    expect(refusal(read, caller())).toBe('operator_only');
    expect(refusal(read, caller({ permissions: ['data', 'data.', 'own.data.read', 'data.read.x'] }))).toBe(
      'operator_only',
    );
  });

  test('where nothing is known of a standing, the role alone decides', () => {
    const bare: Caller = { userId: 'u', sessionId: 's', role: 'user', transport: 'bearer' };
    expect(refusal(read, bare)).toBe('operator_only');
    expect(refusal(read, { ...bare, role: 'operator' })).toBeNull();
  });
});

describe('a fresh proof', () => {
  const route = at('POST', '/v1/accounts/api-keys', { stepUp: true });

  test('is asked for where the last one is older than a quarter of an hour', () => {
    expect(refusal(route, caller({ authenticatedAgoMs: 15 * 60_000 }))).toBeNull();
    expect(refusal(route, caller({ authenticatedAgoMs: 15 * 60_000 + 1 }))).toBe('step_up_required');
  });

  test('is one with a second factor for who has one', () => {
    expect(refusal(route, caller({ secondFactors: ['totp'] }))).toBe('step_up_required');
    expect(refusal(route, caller({ secondFactors: ['totp'], assurance: 2 }))).toBeNull();
  });
});

describe('who must set up a second factor', () => {
  test('may do that and nothing else, operators too', () => {
    const waiting = caller({ mustSetUpFactor: true }, 'operator');
    expect(refusal(at('GET', '/v1/data/records/:collection'), waiting)).toBe('second_factor_setup_required');
    expect(refusal(at('POST', '/v1/accounts/factors/totp', { beforeFactor: true }), waiting)).toBeNull();
  });
});

describe('an API key', () => {
  const key = (scopes: string[], permissions: string[] = scopes) =>
    caller({ permissions, apiKey: { id: 'k', scopes }, authenticatedAgoMs: Number.POSITIVE_INFINITY });

  test('opens what its scopes name', () => {
    expect(refusal(at('GET', '/v1/data/records/:collection'), key(['own.data.read']))).toBeNull();
    expect(refusal(at('POST', '/v1/data/records/:collection'), key(['own.data.read']))).toBe('scope_missing');
    expect(refusal(at('GET', '/v1/data/collections', { access: 'operator' }), key(['own.data.read']))).toBe(
      'scope_missing',
    );
  });

  test('opens nothing for operators that its owner may not, whatever its scopes say', () => {
    const read = at('GET', '/v1/data/collections', { access: 'operator' });
    expect(refusal(read, key(['data.read']))).toBeNull();
    expect(refusal(read, key(['data.read'], []))).toBe('operator_only');
  });

  test('opens nothing of its owner’s account, and nothing that asks for a fresh proof', () => {
    const all = ['accounts.read', 'accounts.write', 'own.accounts.read', 'own.accounts.write', 'own.data.write'];
    for (const one of [
      at('GET', '/v1/accounts/me'),
      at('POST', '/v1/accounts/password/change'),
      at('DELETE', '/v1/accounts/sessions'),
      at('POST', '/v1/accounts/api-keys', { stepUp: true }),
      at('DELETE', '/v1/data/everything', { stepUp: true }),
      at('GET', '/v1/accounts/mailbox', { access: 'operator', permission: null }),
    ]) {
      expect(refusal(one, key(all))).toBe('api_key_refused');
    }
  });
});

describe('an operator who acts as a user', () => {
  const acting = (standing: Partial<Standing> = {}) => caller({ ...standing, impersonatorId: 'o' });

  test('sees the account and uses the application', () => {
    for (const one of [
      at('GET', '/v1/accounts/me'),
      at('GET', '/v1/accounts/sessions'),
      at('POST', '/v1/data/records/:collection'),
      at('POST', '/shop/orders'),
    ]) {
      expect(refusal(one, acting())).toBeNull();
    }
  });

  test('changes nothing of the account, and nothing at all that asks for a fresh proof', () => {
    for (const one of [
      at('PATCH', '/v1/accounts/me'),
      at('DELETE', '/v1/accounts/sessions/:id'),
      at('POST', '/v1/accounts/step-up', { beforeFactor: true }),
      at('GET', '/v1/accounts/me/export', { stepUp: true }),
      at('DELETE', '/shop/account', { stepUp: true }),
    ]) {
      expect(refusal(one, acting())).toBe('impersonation_refused');
    }
  });

  test('is no operator meanwhile, and has none of the user’s permissions', () => {
    const read = at('GET', '/v1/data/collections', { access: 'operator' });
    expect(refusal(read, acting({ permissions: ['data.read'] }))).toBe('impersonation_refused');
    expect(refusal(read, { ...acting(), role: 'operator' })).toBe('impersonation_refused');
  });

  test('can end it', () => {
    expect(refusal(at('POST', '/v1/accounts/impersonation/end', { whileImpersonating: true }), acting())).toBeNull();
  });
});

test('a refusal is an error of ours', () => {
  expect(() => refuseUnlessAllowed(at('GET', '/v1/x', { access: 'operator' }), caller())).toThrow(AppError);
});
