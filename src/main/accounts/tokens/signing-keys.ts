/**
 * The keys that short tokens are signed with: made here, sealed in the database, replaced in good time. A key is published a
 * day before its turn, so that a verifier who fetches the set once in a while knows it when it first meets it, and stays
 * published until the last token that it signed is over. Several servers take turns under an advisory lock.
 */

import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { Transaction } from '../../database/index.ts';
import { createPeriodicService, type PeriodicService } from '../../foundation/service.ts';
import { createId } from '../../foundation/tokens.ts';
import type { AccountsParts } from '../parts.ts';
import {
  deleteOldSigningKeys,
  insertSigningKey,
  listSigningKeys,
  lockSigningKeys,
  type SigningKeyRow,
} from './queries.ts';

export interface Signer {
  readonly id: string;
  readonly algorithm: SigningKeyRow['algorithm'];
  readonly key: CryptoKey;
}

export interface SigningKeys {
  /** Whose turn it is; makes one where there is none. @throws AppError secret_key_missing */
  signer(): Promise<Signer>;
  /** All that are published, as they are stored. */
  list(): Promise<SigningKeyRow[]>;
  /** Makes the next key when it is time. */
  readonly service: PeriodicService;
}

type KeyParts = Pick<AccountsParts, 'config' | 'database' | 'logger' | 'sealer'>;

const DAY_MS = 86_400_000;
const SIGNING_MS = 30 * DAY_MS;
/** How long before its turn a key is published. */
const AHEAD_MS = DAY_MS;
/** Longer than any token lives, and than clocks differ. */
const KEEP_MS = 3_600_000;
const INTERVAL_MS = 600_000;

export const bearerOfSigningKey = (id: string) => `signing_keys|sealed_jwk|${id}`;

export function createSigningKeys(parts: KeyParts): SigningKeys {
  const { config, database, logger } = parts;
  // The private halves are small and few; what is no longer published is forgotten with the next look.
  const opened = new Map<string, CryptoKey>();
  const list = () => database.query(listSigningKeys, []);

  const open = async (row: SigningKeyRow): Promise<CryptoKey | null> => {
    const known = opened.get(row.id);
    if (known) return known;
    const text = await parts.sealer.open(row.sealedJwk, bearerOfSigningKey(row.id));
    if (text === null) return null;
    const key = (await importJWK(JSON.parse(text) as JWK, row.algorithm)) as CryptoKey;
    opened.set(row.id, key);
    return key;
  };

  const usable = async (rows: readonly SigningKeyRow[]): Promise<Signer | null> => {
    for (const row of rows.filter((one) => one.isSigning && one.algorithm === config.jwtAlgorithm)) {
      const key = await open(row);
      if (key) return { id: row.id, algorithm: row.algorithm, key };
      logger.warn({ keyId: row.id }, 'a signing key cannot be opened with the secret key; another takes its place');
    }
    return null;
  };

  const forgetUnpublished = (rows: readonly SigningKeyRow[]): void => {
    for (const id of opened.keys()) if (!rows.some((row) => row.id === id)) opened.delete(id);
  };

  const signer = async (): Promise<Signer> => {
    const rows = await list();
    forgetUnpublished(rows);
    const found = await usable(rows);
    if (found) return found;
    await make(parts, { known: rows, waitMs: 0 });
    const made = await usable(await list());
    if (!made) throw new Error('a signing key was made and cannot be used');
    return made;
  };

  return {
    signer,
    list,
    service: createPeriodicService({
      name: 'signing keys',
      intervalMs: INTERVAL_MS,
      logger,
      async run() {
        if (config.jwtAudiences.length === 0) return;
        const { id } = await signer();
        const rows = await list();
        const current = rows.find((row) => row.id === id);
        const hasNext = rows.some((row) => row.signsFrom > (current?.signsFrom ?? row.signsFrom));
        const leftMs = current ? current.signsForMs : 0;
        if (!hasNext && leftMs < AHEAD_MS) await make(parts, { known: rows, waitMs: Math.max(0, leftMs) });
        await database.execute(deleteOldSigningKeys, []);
      },
    }),
  };
}

/**
 * Makes a key and keeps it, unless another server made one since `known` was read. Nothing is generated or sealed while a
 * connection is held.
 */
async function make(
  { config, database, logger, sealer }: KeyParts,
  { known, waitMs }: { known: readonly SigningKeyRow[]; waitMs: number },
): Promise<void> {
  const id = createId();
  const algorithm = config.jwtAlgorithm;
  const pair = await generateKeyPair(algorithm, { extractable: true });
  const sealed = await sealer.seal(JSON.stringify(await exportJWK(pair.privateKey)), bearerOfSigningKey(id));
  const publicJwk = { ...(await exportJWK(pair.publicKey)), kid: id, alg: algorithm, use: 'sig' };
  const work = { lane: 'background', deadlineMs: 10_000, name: 'accounts.makeSigningKey' } as const;
  const isMade = await database.transaction(work, async (transaction: Transaction) => {
    await transaction.query(lockSigningKeys, []);
    const rows = await transaction.query(listSigningKeys, []);
    if (rows.some((row) => !known.some((one) => one.id === row.id))) return false;
    const times = [waitMs, SIGNING_MS, KEEP_MS] as const;
    await transaction.execute(insertSigningKey, [id, algorithm, JSON.stringify(publicJwk), sealed, ...times]);
    return true;
  });
  if (isMade) logger.info({ keyId: id, algorithm }, 'a signing key was made');
}
