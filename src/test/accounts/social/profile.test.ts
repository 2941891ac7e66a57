import { describe, expect, test } from 'vitest';
import { presets } from '../../../main/accounts/social/presets.ts';
import { joinClaims, toProfile } from '../../../main/accounts/social/profile.ts';
import type { ProfileMap } from '../../../main/accounts/social/provider.ts';

const read = (claims: Record<string, unknown>, map: ProfileMap) => toProfile(claims, map, 'https://id.example');

describe('what each site says of somebody', () => {
  test.each([
    ['google', { sub: '1', email: 'a@b.example', email_verified: true, name: 'A' }, true],
    ['google', { sub: '1', email: 'a@b.example', email_verified: false }, false],
    ['apple', { sub: '1', email: 'a@b.example', email_verified: 'true' }, true],
    ['apple', { sub: '1', email: 'a@b.example', email_verified: 'false' }, false],
    ['microsoft', { sub: '1', email: 'a@b.example', email_verified: true }, false],
    ['microsoft', { sub: '1', email: 'a@b.example', xms_edov: '1' }, true],
    ['facebook', { id: '1', email: 'a@b.example' }, false],
    ['spotify', { id: '1', email: 'a@b.example' }, false],
    ['discord', { id: '1', email: 'a@b.example', verified: true }, true],
    ['discord', { id: '1', email: 'a@b.example', verified: false }, false],
    ['x', { data: { id: '1', confirmed_email: 'a@b.example', name: 'A' } }, true],
    ['oauth2', { sub: '1', email: 'a@b.example', email_verified: true }, false],
  ] as const)('%s %j', (site, claims, isVerified) => {
    expect(read(claims, presets[site].profile)).toMatchObject({
      subject: '1',
      email: { address: 'a@b.example' },
      isEmailVerified: isVerified,
    });
  });

  test('numbers are as good as text for who it is, up to where they are exact', () => {
    expect(read({ id: 583231 }, presets.github.profile).subject).toBe('583231');
    expect(() => read({ id: 2 ** 53 }, presets.github.profile)).toThrow();
  });
});

describe('what was signed, and what was answered besides', () => {
  const join = (said: object, signed: object) => joinClaims({ ...said }, { ...signed }, presets.google.profile);

  test('an address is confirmed by whoever says that address, and by nobody who says another', () => {
    const other = join({ sub: '1', email: 'mine@b.example', email_verified: true }, { sub: '1', email: 'a@b.example' });
    expect(read(other, presets.google.profile)).toMatchObject({
      email: { address: 'a@b.example' },
      isEmailVerified: false,
    });
    const same = join({ sub: '1', email: 'a@b.example', email_verified: true }, { sub: '1', email: 'a@b.example' });
    expect(read(same, presets.google.profile).isEmailVerified).toBe(true);
    const alone = join({ sub: '1', email: 'a@b.example', email_verified: true }, { sub: '1' });
    expect(read(alone, presets.google.profile).isEmailVerified).toBe(true);
  });
});

describe('what is not as it should be is not there', () => {
  const map = { subject: 'sub', email: 'email', emailVerified: 'email_verified', name: 'name' };

  test.each([
    ['no address', { email: undefined }],
    ['no address that mail can be sent to', { email: 'not an address' }],
    ['an object', { email: { $gt: '' } }],
    ['a list', { email: ['a@b.example'] }],
    ['two in one', { email: 'a@b.example, c@d.example' }],
    ['one that reading would change', { email: 'a@b.example/c.example' }],
    ['another', { email: 'a@%62.example' }],
  ])('%s', (_what, changed) => {
    const profile = read({ sub: '1', email_verified: true, ...changed }, map);
    expect(profile).toMatchObject({ email: null, isEmailVerified: false });
  });

  test('a name that cannot be shown, or is too long', () => {
    expect(read({ sub: '1', name: 'a\u0000b' }, map).name).toBeNull();
    expect(read({ sub: '1', name: 7 }, map).name).toBeNull();
    expect(read({ sub: '1', name: 'x'.repeat(500) }, map).name).toHaveLength(100);
  });

  test('reg/B8-members-of-the-prototype-name-nobody', () => {
    expect(() => read({}, { subject: 'constructor.name', emailVerified: false })).toThrow();
    expect(() => read({}, { subject: '__proto__', emailVerified: false })).toThrow();
  });
});
