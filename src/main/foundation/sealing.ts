/**
 * What must be kept and used again, and yet not be read in a copy of the database: it is encrypted with a key that is not in
 * there. AES-256-GCM; the key is derived with scrypt, since what it is made of may be a password.
 */

import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { AppError } from './errors.ts';

const derive = promisify(scrypt) as (password: string, salt: string, keyBytes: number) => Promise<Buffer>;

const VERSION = 1;
const KEY_BYTES = 32;
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
  /** Null where it was sealed with another key, for another bearer, or was changed. */
  open(sealed: Buffer, bearer: string): Promise<string | null>;
}

/** @param material a long random text, or a password; undefined where there is none, and then nothing can be sealed */
export function createSealer(material: string | undefined): Sealer {
  let derived: Promise<Buffer> | undefined;
  const keyOf = (text: string): Promise<Buffer> => {
    derived ??= derive(text, SALT, KEY_BYTES);
    return derived;
  };
  return {
    async seal(text, bearer) {
      if (!material) throw secretKeyMissing();
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', await keyOf(material), nonce).setAAD(Buffer.from(bearer));
      const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), hidden]);
    },
    async open(sealed, bearer) {
      if (!material || sealed[0] !== VERSION || sealed.length < 1 + NONCE_BYTES + TAG_BYTES) return null;
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
      const hidden = sealed.subarray(1 + NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', await keyOf(material), nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(bearer)).setAuthTag(tag);
      try {
        return Buffer.concat([decipher.update(hidden), decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}

function secretKeyMissing(): AppError {
  const advice = 'Set AQUIFER_SECRET_KEY to a long random text, the same on every server of this database.';
  return new AppError('unprocessable', 'secret_key_missing', `There is no key to encrypt it with. ${advice}`);
}
