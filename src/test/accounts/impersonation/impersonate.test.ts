import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATOR_COOKIE } from '../../../main/accounts/impersonation/operator-cookie.ts';
import { createToken, hashToken } from '../../../main/foundation/tokens.ts';
import { SESSION_COOKIE } from '../../../main/http/index.ts';
import { type AccountsApp, createAccountsApp, type Response } from '../../support/accounts.ts';
import { newPerson, newSession, type Person, pathOf } from '../../support/people.ts';

let app: AccountsApp;
let operator: Person;
let user: Person;
beforeAll(async () => {
  app = await createAccountsApp();
  operator = await newPerson(app, { role: 'operator' });
  user = await newPerson(app);
});
afterAll(() => app.close());

const reason = 'cannot find his notes';
const impersonate = (target: Person, { token } = operator) =>
  app.ask('POST', `users/${target.id}/impersonate`, { token, body: { reason } });
const codeOf = (answer: Response) => [answer.statusCode, answer.json().code];

async function actAs(target = user, by = operator): Promise<string> {
  const answer = await impersonate(target, by);
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json().token;
}

const me = (token: string) => app.ask('GET', 'me', { token });

describe('acting as a user', () => {
  test('is that user, says who acts, and lasts an hour at most', async () => {
    const answer = await impersonate(user);
    expect(answer.statusCode).toBe(201);
    const { token, session, impersonator } = answer.json();
    expect(impersonator).toEqual({ id: operator.id, email: operator.email });
    expect(session).toMatchObject({ isImpersonated: true, methods: [], ip: null, userAgent: null });
    const lifetimeMs = new Date(session.expiresAt).getTime() - new Date(session.createdAt).getTime();
    expect(lifetimeMs).toBeLessThanOrEqual(3_600_000);
    expect((await me(token)).json()).toMatchObject({ user: { id: user.id }, impersonator: { id: operator.id } });
    expect((await me(user.token)).json().impersonator).toBeNull();
  });

  test('is not prolonged by use', async () => {
    const token = await actAs();
    await app.sql(
      `update aquifer_accounts.sessions set last_used_at = now() - interval '2 minutes' where token_hash = $1`,
      [hashToken(token)],
    );
    await me(token);
    await app.runService('session use');
    const [session] = await app.sql<{ isWithin: boolean }>(
      `select expires_at <= created_at + interval '1 hour' as "isWithin"
       from aquifer_accounts.sessions where token_hash = $1`,
      [hashToken(token)],
    );
    expect(session?.isWithin).toBe(true);
  });

  test('is told to the user by mail, in his sessions and in both audit trails', async () => {
    const target = await newPerson(app);
    const token = await actAs(target);
    await app.sendMail();
    expect((await app.mailsTo(target.email))[0]?.text).toContain('An operator looked at your account');
    const { sessions } = (await app.ask('GET', 'sessions', target)).json();
    expect(sessions.filter((one: { isImpersonated: boolean }) => one.isImpersonated)).toHaveLength(1);
    await app.ask('POST', 'impersonation/end', { token });
    const theirs = (await app.ask('GET', 'me/audit', target)).json().events;
    expect(theirs.map(({ action }: { action: string }) => action)).toEqual([
      'impersonation.ended',
      'impersonation.started',
    ]);
    // What for, and that it was an operator; who he is, and from where, is not the user's to know.
    expect(theirs[1]).toMatchObject({
      details: { reason },
      actor: { kind: 'operator', id: null, email: null },
      ip: null,
    });
    const { events } = (await app.ask('GET', `audit?user=${target.id}`, operator)).json();
    expect(events[1]).toMatchObject({ actor: { id: operator.id, email: operator.email }, ip: '127.0.0.1' });
  });

  test('what is done meanwhile is noted as the operator’s doing', async () => {
    const token = await actAs();
    // Refused, and noted as an attempt of the operator's upon the user.
    await app.ask('DELETE', 'sessions', { token });
    await app.runService('audit refusals');
    const { events } = (await app.ask('GET', `audit?user=${operator.id}&action=access.denied`, operator)).json();
    expect(events[0]).toMatchObject({ actor: { kind: 'operator', id: operator.id }, outcome: 'refused' });
  });

  test('needs no second factor of the user, and opens nothing that asks for a proof', async () => {
    const target = await newPerson(app);
    await app.sql(
      `update aquifer_accounts.users set second_factors = '{totp}', second_factor_due_at = now() where id = $1`,
      [target.id],
    );
    const token = await actAs(target);
    expect((await me(token)).statusCode).toBe(200);
    expect(
      codeOf(await app.ask('POST', 'api-keys', { token, body: { name: 'k', scopes: ['own.accounts.read'] } })),
    ).toEqual([403, 'impersonation_refused']);
  });

  test('changes nothing of the account: no route of accounts that is no reading, but its end', async () => {
    const token = await actAs();
    let tried = 0;
    for (const { access, method, path } of app.accounts.routes) {
      if (access === 'public' || method === 'GET' || path.endsWith('/impersonation/end')) continue;
      const answer = await app.ask(method, pathOf(path, user.id).replace('/v1/accounts/', ''), { token });
      expect([method, path, ...codeOf(answer)]).toEqual([method, path, 403, 'impersonation_refused']);
      tried += 1;
    }
    expect(tried).toBeGreaterThan(20);
  });
});

describe('nobody', () => {
  test('acts as an operator, as himself, as a disabled user, as nobody', async () => {
    const other = await newPerson(app, { role: 'operator' });
    const disabled = await newPerson(app);
    await app.sql('update aquifer_accounts.users set disabled_at = now() where id = $1', [disabled.id]);
    for (const target of [other, operator, disabled]) {
      expect(codeOf(await impersonate(target))).toEqual([403, 'cannot_impersonate']);
    }
    const nobody = { ...user, id: '00000000-0000-7000-8000-000000000000' };
    expect(codeOf(await impersonate(nobody))).toEqual([404, 'user_not_found']);
  });

  test('acts as another while he acts as somebody, or without a fresh proof, or without a reason', async () => {
    const token = await actAs();
    expect(codeOf(await impersonate(await newPerson(app), { ...user, token }))).toEqual([403, 'impersonation_refused']);
    const stale = await newPerson(app, { role: 'operator', isStale: true });
    expect(codeOf(await impersonate(user, stale))).toEqual([403, 'step_up_required']);
    for (const body of [{}, { reason: '' }, { reason: '    ' }]) {
      expect((await app.ask('POST', `users/${user.id}/impersonate`, { token: operator.token, body })).statusCode).toBe(
        400,
      );
    }
  });

  test('acts as a user without the permission, or as one who may do more than he', async () => {
    expect(codeOf(await impersonate(user, await newPerson(app)))).toEqual([403, 'operator_only']);
    const helper = await newPerson(app, { permissions: ['accounts.impersonate'] });
    expect((await impersonate(user, helper)).statusCode).toBe(201);
    const above = await newPerson(app, { permissions: ['audit.read'] });
    expect(codeOf(await impersonate(above, helper))).toEqual([403, 'beyond_your_authority']);
  });
});

describe('it ends', () => {
  test('when it is ended, and then is worth nothing', async () => {
    const token = await actAs();
    expect((await app.ask('POST', 'impersonation/end', { token })).json()).toEqual({ returned: false });
    expect((await me(token)).statusCode).toBe(401);
    expect(codeOf(await app.ask('POST', 'impersonation/end', user))).toEqual([409, 'not_impersonating']);
  });

  test('with the operator’s own session, whatever ends that', async () => {
    const by = await newPerson(app, { role: 'operator' });
    const token = await actAs(user, by);
    await app.ask('POST', 'log-out', { token: by.token });
    expect((await me(token)).statusCode).toBe(401);
  });

  test('with the operator: disabled, or no operator any more', async () => {
    for (const body of [{ disabled: true }, { role: 'user' }]) {
      const by = await newPerson(app, { role: 'operator' });
      const token = await actAs(user, by);
      await app.ask('PATCH', `users/${by.id}`, { token: operator.token, body });
      expect((await me(token)).statusCode).toBe(401);
    }
  });

  test('when the operator ends his other sessions, as a new password does, though his own goes on', async () => {
    const by = await newPerson(app, { role: 'operator' });
    const token = await actAs(user, by);
    await app.ask('DELETE', 'sessions', { token: by.token });
    expect((await me(by.token)).statusCode).toBe(200);
    expect((await me(token)).statusCode).toBe(401);
  });

  test('when the role that lets him is changed or deleted, and not when another is', async () => {
    const { token } = operator;
    for (const end of ['PUT', 'DELETE'] as const) {
      const by = await newPerson(app);
      for (const [name, permissions] of [
        ['acting', ['accounts.impersonate']],
        ['reading', ['audit.read']],
      ] as const) {
        await app.ask('POST', 'roles', { token, body: { name, permissions } });
      }
      await app.ask('PUT', `users/${by.id}/roles`, { token, body: { roles: ['acting', 'reading'] } });
      const acting = await actAs(await newPerson(app), { ...by, ...(await newSession(app, by.id)) });
      await app.ask('DELETE', 'roles/reading', { token });
      expect((await me(acting)).statusCode).toBe(200);
      await app.ask(end, 'roles/acting', { token, ...(end === 'PUT' ? { body: { permissions: [] } } : {}) });
      expect((await me(acting)).statusCode).toBe(401);
      await app.ask('DELETE', 'roles/acting', { token });
    }
  });

  test('when the user ends his sessions, and when another is begun', async () => {
    const target = await newPerson(app);
    const first = await actAs(target);
    expect((await app.ask('DELETE', 'sessions', target)).json()).toEqual({ revoked: 1 });
    expect((await me(first)).statusCode).toBe(401);
    const second = await actAs(target);
    const third = await actAs(user);
    expect((await me(second)).statusCode).toBe(401);
    expect((await me(third)).statusCode).toBe(200);
  });
});

describe('in a browser', () => {
  const cookieOf = (answer: Response, name: string) => answer.cookies.find((one) => one.name === name);
  const ask = (method: 'GET' | 'POST', path: string, cookies: Record<string, string>, body?: object) =>
    app.ask(method, path, {
      headers: {
        cookie: Object.entries(cookies)
          .map(([name, value]) => `${name}=${value}`)
          .join('; '),
      },
      ...(body ? { body } : {}),
    });

  async function begin(): Promise<Record<string, string>> {
    const path = `users/${user.id}/impersonate`;
    const answer = await ask('POST', path, { [SESSION_COOKIE]: operator.token }, { reason, transport: 'cookie' });
    expect(answer.statusCode).toBe(201);
    expect(answer.json().token).toBeUndefined();
    const kept = cookieOf(answer, OPERATOR_COOKIE);
    expect(kept).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' });
    return {
      [SESSION_COOKIE]: cookieOf(answer, SESSION_COOKIE)?.value ?? '',
      [OPERATOR_COOKIE]: kept?.value ?? '',
    };
  }

  test('the operator has his own session again at the end', async () => {
    const cookies = await begin();
    expect((await ask('GET', 'me', cookies)).json().user.id).toBe(user.id);
    const ended = await ask('POST', 'impersonation/end', cookies);
    expect(ended.json()).toEqual({ returned: true });
    expect(cookieOf(ended, OPERATOR_COOKIE)?.value).toBe('');
    const back = { [SESSION_COOKIE]: cookieOf(ended, SESSION_COOKIE)?.value ?? '' };
    expect((await ask('GET', 'me', back)).json()).toMatchObject({ user: { id: operator.id }, impersonator: null });
  });

  test('the user’s session alone leads back to nobody, nor with another’s cookie', async () => {
    for (const kept of [undefined, createToken(), user.token, 'x']) {
      const { [SESSION_COOKIE]: session = '' } = await begin();
      const cookies = { [SESSION_COOKIE]: session, ...(kept === undefined ? {} : { [OPERATOR_COOKIE]: kept }) };
      const ended = await ask('POST', 'impersonation/end', cookies);
      expect(ended.json()).toEqual({ returned: false });
      expect(cookieOf(ended, SESSION_COOKIE)?.value).toBe('');
    }
  });

  test('the kept cookie opens nothing by itself', async () => {
    const { [OPERATOR_COOKIE]: kept = '' } = await begin();
    expect((await ask('GET', 'me', { [OPERATOR_COOKIE]: kept })).statusCode).toBe(401);
  });

  test('a log-out ends both', async () => {
    const by = await newPerson(app, { role: 'operator' });
    const body = { reason, transport: 'cookie' };
    const answer = await ask('POST', `users/${user.id}/impersonate`, { [SESSION_COOKIE]: by.token }, body);
    const cookies = {
      [SESSION_COOKIE]: cookieOf(answer, SESSION_COOKIE)?.value ?? '',
      [OPERATOR_COOKIE]: cookieOf(answer, OPERATOR_COOKIE)?.value ?? '',
    };
    const out = await ask('POST', 'log-out', cookies);
    expect(cookieOf(out, OPERATOR_COOKIE)?.value).toBe('');
    expect((await me(by.token)).statusCode).toBe(401);
  });
});
