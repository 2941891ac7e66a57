// What a refusal for want of a fresh proof asks for.
import { expect, test } from 'vitest';
import { ProblemError } from '../../../main/client/index.ts';
import { factorsIn } from '../../../main/console/hosted/asked-factors.ts';

const asks = (methods: unknown) =>
  new ProblemError({
    ...{ status: 403, code: 'step_up_required', title: '', detail: '', requestId: null, fields: [] },
    ...{ retryAfterSeconds: null, extensions: { methods } },
  });

test('the methods the server names, and of those only what the dialog can ask for', () => {
  expect(factorsIn(asks(['totp', 'recovery_code', 'retina']))).toEqual(['totp', 'recovery_code']);
  expect(factorsIn(asks(['passkey']))).toEqual(['passkey']);
});

test('a password where it names none that is known', () => {
  for (const methods of [undefined, [], 'totp', [7], { totp: true }]) {
    expect(factorsIn(asks(methods))).toEqual(['password']);
  }
});
