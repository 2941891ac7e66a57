/**
 * Whether a password is known to be stolen, by the file of BREACHED_PASSWORDS_FILE where there is one. A file that cannot be
 * read is said and not waited for: nobody is kept from setting a password because a disk is away (the list of common ones is
 * part of the program and always asked).
 */

import type { Logger } from '../../foundation/logger.ts';
import { type BreachedFile, openBreachedFile } from './breached-file.ts';

export interface BreachedPasswords {
  has(password: string): Promise<boolean>;
  close(): Promise<void>;
}

/** How long a file that could not be read is left alone. */
const RETRY_MS = 60_000;

export function createBreachedPasswords(path: string | undefined, logger: Logger): BreachedPasswords {
  let opened: Promise<BreachedFile> | undefined;
  let failedAtMs = Number.NEGATIVE_INFINITY;

  const fail = (error: unknown): false => {
    failedAtMs = performance.now();
    opened?.then((file) => file.close()).catch(() => undefined);
    opened = undefined;
    logger.error({ err: error, component: 'accounts' }, 'stolen passwords cannot be looked up');
    return false;
  };

  return {
    async has(password) {
      if (path === undefined || performance.now() - failedAtMs < RETRY_MS) return false;
      try {
        opened ??= openBreachedFile(path);
        return await (await opened).has(password);
      } catch (error) {
        return fail(error);
      }
    },
    async close() {
      await opened?.then((file) => file.close()).catch(() => undefined);
      opened = undefined;
    },
  };
}
