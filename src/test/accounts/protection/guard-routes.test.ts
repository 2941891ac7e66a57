import type { Challenge } from 'altcha-lib/types';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { solveProof } from '../../../main/client/proof.ts';
import { type AccountsApp, comparable, cookieIn, createAccountsApp, GOOD_PASSWORD } from '../../support/accounts.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await createAccountsApp({ environment: { PROOF_OF_WORK_FROM: '5', MAIL_LOG_IN: 'true' } });
  await app.signUp('ada@example.com');
});
afterAll(() => app.close());

/** Without a hash to pay for: links that were never sent, from many networks. */
async function attack(): Promise<void> {
  const token = 'x'.repeat(43);
  const ips = Array.from({ length: 6 }, (_, index) => `203.0.113.${index}`);
  await Promise.all(ips.map((ip) => app.ask('POST', 'verify-email', { body: { token }, ip })));
}

const forgot = (email: string, proof?: string) =>
  app.ask('POST', 'password/forgot', {
    body: { email },
    ...(proof === undefined ? {} : { headers: { 'aquifer-proof': proof } }),
  });

const logIn = (email: string, headers: Record<string, string> = {}) =>
  app.ask('POST', 'log-in', { body: { email, password: GOOD_PASSWORD }, headers });

async function solve(answer: { json(): { challenge: Challenge } }): Promise<string> {
  const proof = await solveProof(answer.json().challenge);
  if (proof === null) throw new Error('the challenge has no solution');
  return proof;
}

test('without an attack nobody is asked for a proof', async () => {
  expect((await forgot('ada@example.com')).statusCode).toBe(202);
});

describe('in an attack', () => {
  beforeAll(attack);

  test('a challenge is asked before anything else, the same for every address, and its solution opens the door', async () => {
    const known = await logIn('ada@example.com');
    const unknown = await logIn('nobody@example.com');
    expect(known.statusCode).toBe(429);
    expect(known.json()).toMatchObject({
      code: 'proof_required',
      challenge: { parameters: { algorithm: 'SHA-256', data: { route: 'POST /v1/accounts/log-in' } } },
    });
    const withoutChallenge = (answer: typeof known) => {
      const { headers, status } = comparable(answer) as { headers: Record<string, unknown>; status: number };
      const { challenge, requestId: _id, ...body } = answer.json();
      return { status, body, headers, work: challenge.parameters.cost };
    };
    expect(withoutChallenge(known)).toEqual(withoutChallenge(unknown));
    const solved = await logIn('ada@example.com', { 'aquifer-proof': await solve(known) });
    expect(solved.statusCode, solved.body).toBe(200);
  });

  test('a proof is good once, of any number that bring it together', async () => {
    const proof = await solve(await forgot('a@example.com'));
    const answers = await Promise.all(Array.from({ length: 16 }, (_, index) => forgot(`a${index}@example.com`, proof)));
    const statuses = answers.map(({ statusCode }) => statusCode).sort();
    expect(statuses).toEqual([202, ...Array(15).fill(429)]);
    expect((await forgot('a@example.com', proof)).json().code).toBe('proof_required');
  });

  test('a proof for one route is none for another', async () => {
    const proof = await solve(await forgot('ada@example.com'));
    const elsewhere = await app.ask('POST', 'verify-email/resend', {
      ...{ body: { email: 'ada@example.com' }, headers: { 'aquifer-proof': proof } },
    });
    expect(elsewhere.json()).toMatchObject({ code: 'proof_required' });
    expect((await forgot('ada@example.com', proof)).statusCode).toBe(202);
  });

  test('a proof that was made easier, or is another’s number, is none', async () => {
    const { challenge } = (await forgot('ada@example.com')).json() as { challenge: Challenge };
    const proof = await solveProof(challenge);
    const payload = JSON.parse(Buffer.from(proof ?? '', 'base64url').toString());
    const easier = { ...challenge, parameters: { ...challenge.parameters, keyPrefix: '0', cost: 1 } };
    const wrong = [
      { ...payload, challenge: { ...payload.challenge, parameters: easier.parameters } },
      { ...payload, solution: { ...payload.solution, counter: payload.solution.counter + 1 } },
      { ...payload, challenge: { parameters: payload.challenge.parameters } },
      { ...payload, challenge: { ...payload.challenge, signature: '' } },
    ].map((one) => Buffer.from(JSON.stringify(one)).toString('base64url'));
    for (const one of [...wrong, '', '{}', 'null', 'e30', 'bnVsbA', 'x'.repeat(5_000), '%%%'])
      expect((await forgot('ada@example.com', one)).json().code, one).toBe('proof_required');
  });

  test('a proof that is too old is none', async () => {
    const proof = await solve(await forgot('ada@example.com'));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6 * 60_000 });
    const late = await forgot('ada@example.com', proof);
    vi.useRealTimers();
    expect(late.json().code).toBe('proof_required');
  });

  test('whoever is logged in, or has a link, is asked for none', async () => {
    const token = 'y'.repeat(43);
    const reset = await app.ask('POST', 'password/reset', { body: { token, newPassword: GOOD_PASSWORD } });
    expect(reset.json().code).toBe('invalid_link');
  });

  test('a device where the account has logged in before is asked for none, for that account', async () => {
    const asked = await logIn('ada@example.com');
    const first = await app.ask('POST', 'log-in', {
      body: { email: 'ada@example.com', password: GOOD_PASSWORD, transport: 'cookie' },
      headers: { 'aquifer-proof': await solve(asked) },
    });
    expect(cookieIn(first)).toBeDefined();
    const device = first.cookies.find(({ name }) => name === '__Host-aquifer_device')?.value;
    const headers = { cookie: `__Host-aquifer_device=${device}` };
    expect((await logIn('ada@example.com', headers)).statusCode).toBe(200);
    expect((await logIn('nobody@example.com', headers)).json().code).toBe('proof_required');
  });

  test('a proof that was used is forgotten once it is too old', async () => {
    await app.sql(`update aquifer_accounts.spent_proofs set expires_at = now() - interval '1 minute'`);
    await app.runService('accounts cleanup');
    expect(await app.sql('select 1 from aquifer_accounts.spent_proofs')).toEqual([]);
  });
});

test('guesses at the codes of mails count too, from many networks', async () => {
  const own = await createAccountsApp({ environment: { PROOF_OF_WORK_FROM: '5', MAIL_LOG_IN: 'true' } });
  try {
    const body = { code: '000000', attempt: 'x'.repeat(43) };
    const ips = Array.from({ length: 6 }, (_, index) => `203.0.113.${index}`);
    const answers = await Promise.all(ips.map((ip) => own.ask('POST', 'log-in/mail/code', { body, ip })));
    expect(answers.map((answer) => answer.json().code)).toEqual(Array(6).fill('wrong_code'));
    expect((await own.ask('POST', 'log-in/mail/code', { body })).json().code).toBe('proof_required');
  } finally {
    await own.close();
  }
});
