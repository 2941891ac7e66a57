/**
 * How large the database is, and how much room its disk has where Postgres runs on this machine. Another machine's disk cannot be
 * seen from here, and a folder of the same name on this one would be the wrong one.
 */

import { statfs } from 'node:fs/promises';
import type { Database } from '../../database/index.ts';
import type { Reading } from './reading-hub.ts';
import { readSize } from './server-queries.ts';
import type { DiskSpace } from './storage-budget.ts';

export interface DiskCollectorOptions {
  database: Pick<Database, 'query'>;
  /** Whether Postgres is known to run on this machine. */
  isOnThisMachine: () => boolean;
}

export class DiskCollector {
  readonly #options: DiskCollectorOptions;
  #folder: string | null = null;
  #space: DiskSpace | null = null;

  constructor(options: DiskCollectorOptions) {
    this.#options = options;
  }

  /** As looked at last; null where it is not known. */
  get space(): DiskSpace | null {
    return this.#space;
  }

  /** How large the database is. @throws AppError where it does not answer */
  async collectSize(): Promise<Reading[]> {
    const [row] = await this.#options.database.query(readSize, []);
    if (!row) return [];
    this.#folder = row.dataFolder;
    return [{ name: 'disk.databaseBytes', scope: '', value: row.databaseBytes }];
  }

  /** Asks this machine alone, so it can be done often and while Postgres is away. */
  async collectSpace(): Promise<Reading[]> {
    this.#space = this.#folder !== null && this.#options.isOnThisMachine() ? await spaceOf(this.#folder) : null;
    if (!this.#space) return [];
    const { freeBytes, totalBytes } = this.#space;
    return [
      { name: 'disk.freeBytes', scope: '', value: freeBytes },
      { name: 'disk.freeShare', scope: '', value: freeBytes / Math.max(1, totalBytes) },
    ];
  }
}

/** What an ordinary user may still take. Null where the folder is not there, or not ours to see. */
async function spaceOf(folder: string): Promise<DiskSpace | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}
