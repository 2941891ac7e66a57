/**
 * What must be kept and used again, and yet not be read in a copy of the database: it is encrypted with a key that is not in
 * there. AES-256-GCM; the key is derived with scrypt, since what it is made of may be a password. Each text says which key it
 * was sealed with, so that a key can be replaced: the one before still opens until everything is sealed anew.
 */

import { createCipheriv, createDecipheriv, createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AppError } from './errors.ts';

const derive = promisify(scrypt) as (password: string, salt: string, keyBytes: number) => Promise<Buffer>;

/** Version 1 did not say its key. */
const UNNAMED_VERSION = 1;
const VERSION = 2;
const KEY_BYTES = 32;
const KEY_ID_BYTES = 6;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The same for all: a salt of each text's own would cost a derivation each, and what is derived from is this server's alone. */
const SALT = 'aquifer sealing 1';

export interface Sealer {
  /**
   * @param bearer what the text belongs to, such as an id: it opens for no other
   * @throws AppError secret_key_missing
   */
  seal(text: string, bearer: string): Promise<Buffer>;
  /** Null where it was sealed with a key that is not at hand, for another bearer, or was changed. */
  open(sealed: Buffer, bearer: string): Promise<string | null>;
  /** Whether it is sealed with the key of today; otherwise it is to be sealed anew, while the one before is at hand. */
  isCurrent(sealed: Buffer): Promise<boolean>;
  /** Proves that a text came from whoever has the key, such as a cookie of ours; null where there is no key. */
  sign(text: string, bearer: string): Promise<Buffer | null>;
  /** `unknown_key`: signed with a key that is not at hand, which says nothing about the text. */
  verify(text: string, bearer: string, signature: Buffer): Promise<'right' | 'wrong' | 'unknown_key'>;
}

interface Key {
  /** Names the key and tells nothing about it. */
  readonly id: Buffer;
  readonly sealing: Buffer;
  readonly signing: Buffer;
}

/**
 * @param material a long random text, or a password; undefined where there is none, and then nothing can be sealed
 * @param previous those that were in its place before: they open and seal nothing
 */
export function createSealer(material: string | undefined, previous: readonly (string | undefined)[] = []): Sealer {
  const ring = new KeyRing([material, ...previous]);
  return {
    async seal(text, bearer) {
      if (!material) throw secretKeyMissing();
      const [key] = await ring.keys();
      return encrypt(key as Key, text, bearer);
    },
    async open(sealed, bearer) {
      for (const key of await ring.keysFor(sealed)) {
        const text = decrypt(key, sealed, bearer);
        if (text !== null) return text;
      }
      return null;
    },
    async isCurrent(sealed) {
      const [current] = await ring.keys();
      return material !== undefined && sealed[0] === VERSION && current?.id.equals(keyIdOf(sealed)) === true;
    },
    async sign(text, bearer) {
      if (!material) return null;
      const [key] = await ring.keys();
      return Buffer.concat([(key as Key).id, macOf(key as Key, text, bearer)]);
    },
    async verify(text, bearer, signature) {
      const id = signature.subarray(0, KEY_ID_BYTES);
      const key = (await ring.keys()).find((one) => one.id.equals(id));
      if (!key) return 'unknown_key';
      const given = signature.subarray(KEY_ID_BYTES);
      const expected = macOf(key, text, bearer);
      return given.length === expected.length && timingSafeEqual(given, expected) ? 'right' : 'wrong';
    },
  };
}

/** The keys, derived when they are first needed: a derivation takes a tenth of a second. */
class KeyRing {
  readonly #materials: readonly string[];
  #derived: Promise<Key[]> | undefined;

  constructor(materials: readonly (string | undefined)[]) {
    this.#materials = [...new Set(materials.filter((one) => one !== undefined && one !== ''))] as string[];
  }

  /** The one of today first, where there is one. */
  keys(): Promise<Key[]> {
    this.#derived ??= Promise.all(this.#materials.map(toKey));
    return this.#derived;
  }

  /** Those that could open it: the one it names, or all where it names none. */
  async keysFor(sealed: Buffer): Promise<Key[]> {
    if (sealed[0] !== UNNAMED_VERSION && sealed[0] !== VERSION) return [];
    const keys = await this.keys();
    if (sealed[0] === UNNAMED_VERSION) return keys;
    const id = keyIdOf(sealed);
    return keys.filter((key) => key.id.equals(id));
  }
}

async function toKey(material: string): Promise<Key> {
  const sealing = await derive(material, SALT, KEY_BYTES);
  const id = createHmac('sha256', sealing).update('aquifer key id').digest().subarray(0, KEY_ID_BYTES);
  return { id, sealing, signing: createHmac('sha256', sealing).update('aquifer signing').digest() };
}

function keyIdOf(sealed: Buffer): Buffer {
  return sealed.subarray(1, 1 + KEY_ID_BYTES);
}

function encrypt({ id, sealing }: Key, text: string, bearer: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const head = Buffer.concat([Buffer.of(VERSION), id]);
  const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(Buffer.concat([head, Buffer.from(bearer)]));
  const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([head, nonce, cipher.getAuthTag(), hidden]);
}

function decrypt({ sealing }: Key, sealed: Buffer, bearer: string): string | null {
  const head = sealed.subarray(0, sealed[0] === VERSION ? 1 + KEY_ID_BYTES : 1);
  const rest = sealed.subarray(head.length);
  if (rest.length < NONCE_BYTES + TAG_BYTES) return null;
  const nonce = rest.subarray(0, NONCE_BYTES);
  const tag = rest.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const hidden = rest.subarray(NONCE_BYTES + TAG_BYTES);
  const bound = Buffer.from(bearer);
  const decipher = createDecipheriv('aes-256-gcm', sealing, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(sealed[0] === VERSION ? Buffer.concat([head, bound]) : bound).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(hidden), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** Bearer and text are told apart by the length of the first. */
function macOf({ signing }: Key, text: string, bearer: string): Buffer {
  return createHmac('sha256', signing).update(`${bearer.length}:${bearer}${text}`).digest();
}

function secretKeyMissing(): AppError {
  const advice = 'Set AQUIFER_SECRET_KEY to a long random text, the same on every server of this database.';
  return new AppError('unprocessable', 'secret_key_missing', `There is no key to encrypt it with. ${advice}`);
}
