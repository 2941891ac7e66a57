import { describe, expect, test } from 'vitest';
import { createPasswordPolicy } from '../../main/accounts/password-policy.ts';

const strict = createPasswordPolicy({ minLength: 15, appName: 'Harbour Lights Club' });
const short = createPasswordPolicy({ minLength: 8, appName: 'Harbour' });
const contextWords = ['ada.lovelace.1815@example.com', 'Ada Augusta Lovelace', null];
const accept = (password: string, policy = strict) => policy.accept({ password, field: 'password', contextWords });
const refusal = (reason: RegExp) =>
  expect.objectContaining({
    code: 'password_refused',
    kind: 'unprocessable',
    fields: [{ field: 'password', message: expect.stringMatching(reason) }],
  });

describe('accepted', () => {
  test.each([
    'seven green kettles sing',
    'only lower case letters here',
    '               spaces count too',
    'ada.lovelace.1815@example.com and more',
    // Fifteen characters to a person, thirty units to the machine.
    [...'fishhatsunmoonx'].map((letter) => String.fromCodePoint(0x1f400 + letter.charCodeAt(0))).join(''),
    'x'.repeat(20).replaceAll(/x/g, (_match, index: number) => String.fromCharCode(97 + ((index * 7) % 26))),
  ])('%s', async (password) => {
    await expect(accept(password)).resolves.toBe(password.normalize('NFC'));
  });

  test('is normalised once, and otherwise left as it is', async () => {
    await expect(accept('CAFE\u0301 Under Seven Hills ')).resolves.toBe('CAF\u00c9 Under Seven Hills ');
  });

  test('eight characters where eight are enough', async () => {
    await expect(accept('kettle7s', short)).resolves.toBe('kettle7s');
  });
});

describe('refused', () => {
  test.each([
    ['fourteen chars', /15 characters or more/],
    // Fourteen characters to a person, though 28 units to the machine.
    ['\u{1f600}'.repeat(7) + '\u{1f601}'.repeat(7), /15 characters or more/],
    ['123456789987654321', /attackers/],
    ['QWERTY123456789', /attackers/],
    ['passwordpassword', /attackers/],
    ['aaaaaaaaaaaaaaaaaaaa', /attackers/],
    ['abcabcabcabcabcabc', /attackers/],
    ['12345678901234567890', /attackers/],
    ['abcdefghijklmnopqrst', /attackers/],
    ['zyxwvutsrqponmlkjih', /attackers/],
    ['letmeinletmeinletmein', /attackers/],
    ['Harbour Lights Club', /our name/],
    ['harbourlightsclub', /our name/],
    ['ADA.LOVELACE.1815', /our name/],
    ['ada.lovelace.1815@example.com', /our name/],
    ['ada augusta lovelace', /our name/],
    ['adaaugustalovelace', /our name/],
  ])('%s', async (password, reason) => {
    await expect(accept(password)).rejects.toEqual(refusal(reason));
  });

  test.each(['password', 'Password', 'qwertyui', 'iloveyou', 'baseball'])(
    '%s, where eight are enough',
    async (password) => {
      await expect(accept(password, short)).rejects.toEqual(refusal(/attackers/));
    },
  );

  test('names the field it came in', async () => {
    await expect(strict.accept({ password: 'short', field: 'newPassword', contextWords: [] })).rejects.toMatchObject({
      fields: [{ field: 'newPassword' }],
    });
  });

  test('what is too long to hash', async () => {
    await expect(accept('\u{1f600}'.repeat(300))).rejects.toEqual(refusal(/too long|attackers/));
  });
});

test('a check takes little time once the list is read', async () => {
  await accept('seven green kettles sing');
  const startedAtMs = performance.now();
  for (let round = 0; round < 100; round += 1) await accept(`seven green kettles sing ${round}`);
  expect((performance.now() - startedAtMs) / 100).toBeLessThan(10);
});

describe('what is known beyond the list', () => {
  const stolen = 'a sentence somebody lost';
  const policy = createPasswordPolicy({
    ...{ minLength: 15, appName: 'Harbour', furtherWords: ['Lighthouse Keepers'] },
    breached: { has: async (password) => password === stolen, close: async () => undefined },
  });

  test('a stolen password is refused, and one that only looks like it is not', async () => {
    await expect(accept(stolen, policy)).rejects.toEqual(refusal(/stolen elsewhere/));
    await expect(accept(`${stolen} `, policy)).resolves.toBe(`${stolen} `);
  });

  test('a word of the settings is nobody’s password, in any case and without its spaces', async () => {
    for (const password of ['Lighthouse Keepers', 'lighthousekeepers', 'LIGHTHOUSE KEEPERS'])
      await expect(accept(password, policy)).rejects.toEqual(refusal(/must not be/));
  });

  test('one that was set long ago is known now', async () => {
    expect(await policy.isKnown(stolen)).toBe(true);
    expect(await policy.isKnown('password1')).toBe(true);
    expect(await policy.isKnown('seven green kettles sing')).toBe(false);
  });
});
