/** Where a twin's files go, and how those of a process that was killed are found and removed. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TWIN_PREFIX } from './folder-prefix.ts';

export interface TwinFolder {
  readonly folder: string;
  remove(): void;
  /** Bytes that it takes on disk, holes left out. */
  diskBytes(): Promise<number>;
}

const BLOCK_UNIT_BYTES = 512;

/** @param directory one that is not there yet; below the system's temporary folder where left out */
export function makeTwinFolder(directory?: string): TwinFolder {
  removeAbandoned();
  const folder = directory ?? mkdtempSync(join(tmpdir(), `${TWIN_PREFIX}${process.pid}-`));
  if (directory) mkdirSync(directory, { mode: 0o700 });
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  // A process that ends without closing its twin takes it along.
  process.once('exit', remove);
  return {
    folder,
    remove() {
      process.off('exit', remove);
      remove();
    },
    async diskBytes() {
      const entries = await readdir(folder, { recursive: true });
      let bytes = 0;
      for (const entry of entries) {
        const found = await lstat(join(folder, entry)).catch(() => undefined);
        bytes += (found?.blocks ?? 0) * BLOCK_UNIT_BYTES;
      }
      return bytes;
    },
  };
}

let isCleaned = false;

/** Once a process: its number is in the folder's name. */
function removeAbandoned(): void {
  if (isCleaned) return;
  isCleaned = true;
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(TWIN_PREFIX)) continue;
    const path = join(tmpdir(), name);
    if (!isAlive(Number.parseInt(name.slice(TWIN_PREFIX.length), 10)) && isOurs(path)) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isOurs(path: string): boolean {
  try {
    return process.getuid === undefined || statSync(path).uid === process.getuid();
  } catch {
    return false;
  }
}
