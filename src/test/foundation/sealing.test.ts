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
