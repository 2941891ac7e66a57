import { describe, expect, test } from 'vitest';
import { createSealer } from '../../main/foundation/sealing.ts';

const TEXT = 'https://hooks.example/T0/secret';

describe('what is sealed', () => {
  const sealer = createSealer('a long random text');

  test('opens again, for its bearer alone, and looks different each time', async () => {
    const sealed = await sealer.seal(TEXT, 'channel-1');
    expect(sealed.toString('latin1')).not.toContain('secret');
    expect(await sealer.open(sealed, 'channel-1')).toBe(TEXT);
    expect(await sealer.open(sealed, 'channel-2')).toBeNull();
    expect((await sealer.seal(TEXT, 'channel-1')).equals(sealed)).toBe(false);
  });

  test('does not open with another key, nor with none, nor when it was changed or cut', async () => {
    const sealed = await sealer.seal(TEXT, 'channel-1');
    expect(await createSealer('another').open(sealed, 'channel-1')).toBeNull();
    expect(await createSealer(undefined).open(sealed, 'channel-1')).toBeNull();
    for (const at of [0, 1, 13, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await sealer.open(changed, 'channel-1')).toBeNull();
    }
    expect(await sealer.open(sealed.subarray(0, 20), 'channel-1')).toBeNull();
    expect(await sealer.open(Buffer.alloc(0), 'channel-1')).toBeNull();
  });

  test('opens in another process with the same key', async () => {
    const sealed = await sealer.seal(TEXT, 'channel-1');
    expect(await createSealer('a long random text').open(sealed, 'channel-1')).toBe(TEXT);
  });

  test('is not made without a key', async () => {
    await expect(createSealer(undefined).seal(TEXT, 'channel-1')).rejects.toMatchObject({ code: 'secret_key_missing' });
  });
});

describe('a key that takes another one’s place', () => {
  const before = createSealer('the key before');
  const after = createSealer('the key of today', [undefined, '', 'the key before']);

  test('opens what the one before sealed, says so, and seals with its own', async () => {
    const old = await before.seal(TEXT, 'channel-1');
    expect(await after.open(old, 'channel-1')).toBe(TEXT);
    expect([await before.isCurrent(old), await after.isCurrent(old)]).toEqual([true, false]);
    const fresh = await after.seal(TEXT, 'channel-1');
    expect(await after.isCurrent(fresh)).toBe(true);
    expect(await createSealer('the key of today').open(fresh, 'channel-1')).toBe(TEXT);
    expect(await before.open(fresh, 'channel-1')).toBeNull();
  });

  test('is found by its name alone: a text that names another key is not tried with this one', async () => {
    const sealed = await after.seal(TEXT, 'channel-1');
    const other = await before.seal(TEXT, 'channel-1');
    const renamed = Buffer.concat([sealed.subarray(0, 1), other.subarray(1, 7), sealed.subarray(7)]);
    expect(await after.open(renamed, 'channel-1')).toBeNull();
  });

  test('opens what was sealed when texts did not name their key', async () => {
    // Version 1: nonce, tag and text under the same derivation, without a name.
    const { createCipheriv, scryptSync } = await import('node:crypto');
    const key = scryptSync('the key before', 'aquifer sealing 1', 32);
    const nonce = Buffer.alloc(12, 7);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from('channel-1'));
    const hidden = Buffer.concat([cipher.update(TEXT, 'utf8'), cipher.final()]);
    const sealed = Buffer.concat([Buffer.of(1), nonce, cipher.getAuthTag(), hidden]);
    expect(await after.open(sealed, 'channel-1')).toBe(TEXT);
    expect(await before.open(sealed, 'channel-1')).toBe(TEXT);
    expect(await createSealer('another').open(sealed, 'channel-1')).toBeNull();
    expect(await before.isCurrent(sealed)).toBe(false);
  });

  test('alone, seals nothing that only the one before could open', async () => {
    const only = createSealer(undefined, ['the key before']);
    await expect(only.seal(TEXT, 'channel-1')).rejects.toMatchObject({ code: 'secret_key_missing' });
    expect(await only.open(await before.seal(TEXT, 'channel-1'), 'channel-1')).toBe(TEXT);
  });
});

describe('a signature', () => {
  const sealer = createSealer('a long random text');

  test('is right for its text and bearer alone', async () => {
    const signature = (await sealer.sign(TEXT, 'cookie')) as Buffer;
    expect(await sealer.verify(TEXT, 'cookie', signature)).toBe('right');
    expect(await sealer.verify(`${TEXT}x`, 'cookie', signature)).toBe('wrong');
    expect(await sealer.verify(TEXT, 'link', signature)).toBe('wrong');
    // Where one ends and the other begins belongs to it.
    expect(await sealer.verify(TEXT.slice(1), `cookie${TEXT[0]}`, signature)).toBe('wrong');
    expect(await sealer.verify(TEXT, 'cookie', signature.subarray(0, 20))).toBe('wrong');
    expect(await sealer.verify(TEXT, 'cookie', Buffer.alloc(0))).toBe('unknown_key');
  });

  test('of a key that is not at hand says nothing; of the one before it is still right', async () => {
    const signature = (await sealer.sign(TEXT, 'cookie')) as Buffer;
    expect(await createSealer('another').verify(TEXT, 'cookie', signature)).toBe('unknown_key');
    expect(await createSealer('another', ['a long random text']).verify(TEXT, 'cookie', signature)).toBe('right');
    expect(await createSealer(undefined).sign(TEXT, 'cookie')).toBeNull();
  });
});
