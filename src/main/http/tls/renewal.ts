/**
 * Looks at the certificate's files every few seconds and serves with what is new there; connections that stand go on as
 * they are. A pair that cannot be served with is said, once, and the one before it stays. The files are asked for their
 * state rather than watched: a renewal swaps links in other folders, which a watch does not see.
 */

import { stat } from 'node:fs/promises';
import { messageOf } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type PeriodicService } from '../../foundation/service.ts';
import { type Certificate, type CertificateFiles, readCertificate } from './certificate.ts';

export interface RenewalOptions {
  files: CertificateFiles;
  /** What is served with now. */
  current: Certificate;
  use: (certificate: Certificate) => void;
  logger: Logger;
}

const INTERVAL_MS = 2_000;
const DAY_MS = 86_400_000;
/** From then on it is said every day. Whoever renews by itself does so weeks before. */
export const EXPIRES_SOON_MS = 14 * DAY_MS;

export function createRenewal({ files, current, use, logger }: RenewalOptions): PeriodicService {
  let seen: string | undefined;
  /** The state in which the pair was found wanting. */
  let refused: string | undefined;
  let { cert, key, expiresAt } = current;
  let toldAtMs = Number.NEGATIVE_INFINITY;

  const warnOfExpiry = (): void => {
    if (expiresAt.getTime() - Date.now() > EXPIRES_SOON_MS || Date.now() - toldAtMs < DAY_MS) return;
    toldAtMs = Date.now();
    logger.warn({ component: 'http', file: files.certFile, expiresAt }, 'the certificate expires soon');
  };

  return createPeriodicService({
    name: 'certificate',
    intervalMs: INTERVAL_MS,
    logger,
    async run() {
      warnOfExpiry();
      const state = await stateOf(files);
      if (state === seen) return;
      try {
        const certificate = await readCertificate(files);
        // Read at the start too, when nothing has changed yet.
        if (certificate.cert !== cert || certificate.key !== key) {
          use(certificate);
          logger.info({ component: 'http', expiresAt: certificate.expiresAt }, 'the certificate was renewed');
        }
        ({ cert, key, expiresAt } = certificate);
        // Of before the files were read: what is written meanwhile is looked at next time.
        seen = state;
        refused = undefined;
      } catch (error) {
        // Tried again each time: who may read a file, or when a certificate begins, changes without the file.
        if (state === refused) return;
        refused = state;
        const reason = messageOf(error);
        logger.error(
          { component: 'http', reason },
          'the new certificate cannot be served with; the one before it stays',
        );
      }
    },
  });
}

/** Changes with every writing, renaming or relinking of either file. */
async function stateOf({ certFile, keyFile }: CertificateFiles): Promise<string> {
  const states = await Promise.all(
    [certFile, keyFile].map((file) =>
      stat(file).then(
        ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
        (error: NodeJS.ErrnoException) => `${error.code}`,
      ),
    ),
  );
  return states.join(', ');
}
