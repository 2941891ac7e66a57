/** Answers that no authenticator gives: whatever bytes come, they are refused, and nothing breaks, hangs or is logged as our fault. */

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withoutAttestation } from '../../../main/accounts/passkeys/attestation.ts';
import { type AccountsApp, BASE_URL, createAccountsApp } from '../../support/accounts.ts';
import { createSoftwarePasskey } from '../../support/authenticator.ts';
import { addPasskey, newPerson, type OwnPasskey, type Person } from '../../support/passkeys.ts';

const RUNS = 60;
/** They all come from one network, and none is to be refused for that alone. */
const networkOf = (run: number) => `198.51.100.${run % 250}`;

let app: AccountsApp;
let person: Person;
let owner: Person;
let own: OwnPasskey;
let runs = 0;
beforeAll(async () => {
  app = await createAccountsApp();
  person = await newPerson(app);
  owner = await newPerson(app);
  own = await addPasskey(app, owner.token);
});
afterAll(() => app.close());

/** The bytes with a few of them changed, cut off, or put in front of others. */
const damage = fc.array(
  fc.record({
    how: fc.constantFrom('flip', 'cut', 'insert', 'repeat'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 9 }),
  }),
  { minLength: 1, maxLength: 4 },
);
type Damage = typeof damage extends fc.Arbitrary<infer Steps> ? Steps : never;

function apply(text: string, steps: Damage): string {
  let bytes = Buffer.from(text, 'base64url');
  for (const { how, at, bytes: given } of steps) {
    const place = Math.floor(at * bytes.length);
    const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
    if (how === 'flip') bytes = Buffer.concat([before, given, after.subarray(given.length)]);
    else if (how === 'cut') bytes = Buffer.from(before);
    else if (how === 'insert') bytes = Buffer.concat([before, given, after]);
    else bytes = Buffer.concat([before, before.subarray(0, 2_000), after]);
  }
  return bytes.subarray(0, 4_000).toString('base64url') || 'AA';
}

const faults = () => app.log.filter((line) => /"level":"(error|fatal)"/.test(line));

test('a registration with damaged bytes is refused or, where the damage does not matter, taken; it never fails', async () => {
  await fc.assert(
    fc.asyncProperty(damage, async (steps) => {
      runs += 1;
      const ip = networkOf(runs);
      const { options } = (await app.ask('POST', 'passkeys/registration-options', { token: person.token, ip })).json();
      const response = createSoftwarePasskey(BASE_URL).register(options);
      response.response.attestationObject = apply(response.response.attestationObject, steps);
      const answer = await app.ask('POST', 'passkeys', { token: person.token, ip, body: { response } });
      if (answer.statusCode === 201) person = { ...person, token: answer.json().token };
      else expect(answer.json().code).toBe('passkey_not_added');
      await app.sql('delete from aquifer_accounts.passkeys where user_id = $1', [person.user.id]);
    }),
    { numRuns: RUNS },
  );
  expect(faults()).toEqual([]);
});

test('an answer with damaged bytes logs in nobody else, and nobody at all where what is signed was damaged', async () => {
  await fc.assert(
    fc.asyncProperty(
      damage,
      fc.constantFrom('authenticatorData', 'signature', 'clientDataJSON'),
      async (steps, member) => {
        runs += 1;
        const ip = networkOf(runs);
        const { options, flow } = (await app.ask('POST', 'log-in/passkey/options', { ip })).json();
        const response = own.passkey.answer(options);
        const whole = response.response[member] ?? '';
        const damaged = apply(whole, steps);
        fc.pre(damaged !== whole);
        response.response[member] = damaged;
        const answer = await app.ask('POST', 'log-in/passkey', { ip, body: { flow, response } });
        // A signature can be written in more than one way, such as with bytes behind it; all else is under it, to the last bit.
        if (member === 'signature' && answer.statusCode === 200) expect(answer.json().user.id).toBe(owner.user.id);
        else expect(answer.json().code).toBe('passkey_refused');
      },
    ),
    { numRuns: RUNS },
  );
  expect(faults()).toEqual([]);
});

test.each([
  ['a list without an end', '9bffffffffffffffff'],
  ['a map without an end', 'bbffffffffffffffff'],
  ['a text as long as memory', '7bffffffffffffffff'],
  ['six thousand lists in each other', '81'.repeat(6_000)],
  ['nothing', ''],
  ['a map with no authenticator’s data', 'a163666d74646e6f6e65'],
])('%s is no registration', (_what, hex) => {
  expect(() => withoutAttestation(Buffer.from(hex, 'hex').toString('base64url'))).toThrow();
});

test('what an authenticator says of its maker is gone, the rest is as it was', () => {
  const passkey = createSoftwarePasskey(BASE_URL, { attestation: 'packed' });
  const options = { challenge: 'AAAA', rp: { id: 'localhost' }, user: { id: 'AAAA' } };
  const { attestationObject } = passkey.register(options).response;
  const bare = Buffer.from(withoutAttestation(attestationObject), 'base64url');
  expect(Buffer.from(attestationObject, 'base64url').includes('x5c')).toBe(true);
  expect(bare.includes('x5c')).toBe(false);
  expect(bare.includes(Buffer.from(passkey.id, 'base64url'))).toBe(true);
});
