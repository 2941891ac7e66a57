/**
 * Random keys of this database's own, made by whichever server needs one first. They are drawn and not derived from a secret
 * of the configuration: what a browser keeps for months must not let its owner try out database passwords against it.
 */

import { randomBytes } from 'node:crypto';
import type { Database } from '../../database/index.ts';
import { ensureKey } from './queries.ts';

export type KeyPurpose = 'device_cookie' | 'proof_of_work';

const KEY_BYTES = 32;

/** Reads each key once. What fails is asked again by the next who needs it. */
export function createKeys(database: Database): (purpose: KeyPurpose) => Promise<Buffer> {
  const read = new Map<KeyPurpose, Promise<Buffer>>();
  return (purpose) => {
    const known = read.get(purpose);
    if (known) return known;
    const asked = database.query(ensureKey, [purpose, randomBytes(KEY_BYTES)]).then(([row]) => {
      if (!row) throw new Error(`the key ${purpose} could not be made`);
      return row.key;
    });
    asked.catch(() => read.delete(purpose));
    read.set(purpose, asked);
    return asked;
  };
}
