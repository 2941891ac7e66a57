/** Where a watch keeps what it sees: a Postgres of its own in a folder, thrown away at its end unless the folder was named. */

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEmbeddedPostgres } from '../../database/embedded/index.ts';
import type { Logger } from '../../foundation/logger.ts';

export interface WatchStore {
  readonly url: string;
  /** The folder that stays; null where nothing does. */
  readonly keptIn: string | null;
  stop(): Promise<void>;
  onLost(listener: () => void): void;
}

export interface WatchStoreOptions {
  /** A folder to keep; a passing one when left out. */
  keep?: string | undefined;
  /** A Postgres to use instead of one of its own. */
  url?: string | undefined;
  logger: Logger;
  onProgress: (line: string) => void;
}

export async function openStore({ keep, logger, onProgress, url }: WatchStoreOptions): Promise<WatchStore> {
  if (url !== undefined) return { url, keptIn: null, stop: async () => undefined, onLost: () => undefined };
  const passing = keep === undefined ? await makePassing() : undefined;
  const throwAway = async () => {
    if (passing !== undefined) await rm(passing, { recursive: true, force: true });
  };
  try {
    const dataDir = passing === undefined ? resolve(keep ?? '') : join(passing, 'store');
    const embedded = await startEmbeddedPostgres({ dataDir, logger, onProgress });
    return {
      url: embedded.url,
      keptIn: passing === undefined ? embedded.dataFolder : null,
      stop: async () => {
        await embedded.stop();
        await throwAway();
      },
      onLost: (listener) => embedded.onUnexpectedExit(listener),
    };
  } catch (error) {
    await throwAway();
    throw error;
  }
}

/** Started as root, Postgres runs as a user of its own, who has to pass this folder on the way to its own. */
async function makePassing(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aquifer-watch-'));
  await chmod(folder, 0o711);
  return folder;
}
