import { createChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import { describe, expect, test } from 'vitest';
import { createClient } from '../../main/client/index.ts';
import { solveProof } from '../../main/client/proof.ts';

const challenge = () =>
  createChallenge({ algorithm: 'SHA-256', deriveKey, cost: 1, keyPrefix: '0', hmacSignatureSecret: 'a secret' });

const problem = (members: object) =>
  new Response(JSON.stringify({ status: 429, title: 'Too Many Requests', detail: 'Wait.', ...members }), {
    ...{ status: 429, headers: { 'content-type': 'application/problem+json' } },
  });

/** Answers with each of these in turn, and remembers what was asked. */
function createServerOf(...answers: (() => Response | Promise<Response>)[]) {
  const proofs: (string | null)[] = [];
  const bodies: unknown[] = [];
  const fetch = async (_url: unknown, init?: RequestInit) => {
    proofs.push(new Headers(init?.headers).get('aquifer-proof'));
    bodies.push(init?.body);
    return (answers.shift() ?? answered)();
  };
  return { fetch: fetch as typeof globalThis.fetch, proofs, bodies };
}

const answered = () => new Response(JSON.stringify({ status: 'check_mail' }), { status: 202 });
const proofRequired = async () => problem({ code: 'proof_required', challenge: await challenge() });

describe('a server that asks for a proof of work', () => {
  test('gets it with the same call, made again by itself, and a page may say so meanwhile', async () => {
    const { fetch, proofs, bodies } = createServerOf(proofRequired);
    const told: boolean[] = [];
    const client = createClient({ baseUrl: 'http://localhost', fetch, onProof: (isWorking) => told.push(isWorking) });
    expect(await client.accounts.forgotPassword('ada@example.com')).toEqual({ status: 'check_mail' });
    expect(proofs).toEqual([null, expect.stringMatching(/^[A-Za-z0-9_-]+$/)]);
    expect(bodies[0]).toEqual(bodies[1]);
    expect(told).toEqual([true, false]);
    const payload = JSON.parse(Buffer.from(proofs[1] ?? '', 'base64url').toString());
    expect(payload).toMatchObject({
      challenge: { signature: expect.any(String) },
      solution: { counter: expect.any(Number) },
    });
  });

  test('is asked once more and not for ever', async () => {
    const { fetch, proofs } = createServerOf(proofRequired, proofRequired, proofRequired);
    const client = createClient({ baseUrl: 'http://localhost', fetch });
    await expect(client.accounts.forgotPassword('ada@example.com')).rejects.toMatchObject({ code: 'proof_required' });
    expect(proofs).toHaveLength(2);
  });

  test('any other refusal is handed on, whatever stands in it', async () => {
    const { fetch, proofs } = createServerOf(async () =>
      problem({ code: 'too_many_attempts', challenge: await challenge() }),
    );
    const client = createClient({ baseUrl: 'http://localhost', fetch });
    await expect(client.accounts.forgotPassword('a@example.com')).rejects.toMatchObject({ code: 'too_many_attempts' });
    expect(proofs).toHaveLength(1);
  });
});

test('whoever does not want to wait any more ends the work', async () => {
  const hard = await createChallenge({
    ...{ algorithm: 'SHA-256', deriveKey, cost: 1, keyPrefix: '0'.repeat(40), hmacSignatureSecret: 'a secret' },
  });
  const controller = new AbortController();
  const working = solveProof(hard, controller.signal);
  setTimeout(() => controller.abort(), 50);
  expect(await working).toBeNull();
});
