/**
 * Looks a password up in the file of stolen ones from Have I Been Pwned: lines of a SHA-1 in hexadecimal, a colon and a count,
 * ordered by hash. It is tens of gigabytes and stays on its disk: a look-up halves it some twenty times and reads a page each
 * time. Nothing is sent anywhere, and nothing of the file is kept.
 */

import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { AppError, messageOf } from '../../foundation/errors.ts';

export interface BreachedFile {
  readonly sizeBytes: number;
  /** @throws AppError breached_file_unusable */
  has(password: string): Promise<boolean>;
  /** The line that begins at or after an offset; null at the end. @throws AppError breached_file_unusable */
  lineAt(offset: number): Promise<Line | null>;
  close(): Promise<void>;
}

export interface Line {
  readonly offset: number;
  /** 40 hexadecimal digits, upper case. */
  readonly hash: string;
  readonly nextOffset: number;
}

/** Longer than two of its lines, and what a disk reads at once anyway. */
const PAGE_BYTES = 4_096;
/** A hash, a colon, a count of ten digits, an end of line. */
const MAX_LINE_BYTES = 64;
const LINE = /^([0-9A-Fa-f]{40})(?::\d+)?$/;

/** @throws AppError breached_file_unusable */
export async function openBreachedFile(path: string): Promise<BreachedFile> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw unusable(path, `cannot be read: ${messageOf(error)}`);
  });
  try {
    const { size } = await handle.stat();
    const file = new OrderedFile(handle, path, size);
    if (!(await file.lineAt(0))) throw unusable(path, 'is empty');
    return file;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

class OrderedFile implements BreachedFile {
  readonly sizeBytes: number;
  readonly #handle: FileHandle;
  readonly #path: string;

  constructor(handle: FileHandle, path: string, sizeBytes: number) {
    this.#handle = handle;
    this.#path = path;
    this.sizeBytes = sizeBytes;
  }

  async has(password: string): Promise<boolean> {
    // SHA-1 is how the file names passwords; nothing is protected by it.
    const wanted = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
    let from = 0;
    let to = this.sizeBytes;
    // What is looked for begins at or after `from` and before `to`.
    while (from < to) {
      const line = await this.lineAt(from + Math.floor((to - from) / 2));
      if (line === null || line.offset >= to) {
        const first = await this.lineAt(from);
        // Between here and the middle there is this one line, or none.
        if (first === null || first.offset >= to) return false;
        if (first.hash === wanted) return true;
        if (first.hash > wanted) return false;
        from = first.nextOffset;
      } else if (line.hash === wanted) return true;
      else if (line.hash < wanted) from = line.nextOffset;
      else to = line.offset;
    }
    return false;
  }

  async lineAt(offset: number): Promise<Line | null> {
    // From the byte before: where that is an end of line, the line at `offset` itself is whole.
    const start = Math.max(0, offset - 1);
    const page = await this.#read(start);
    const skipped = offset === 0 ? 0 : page.indexOf('\n') + 1;
    if (offset > 0 && skipped === 0) return this.#endOrFault(page, start);
    const rest = page.slice(skipped);
    if (rest === '') return null;
    const end = rest.indexOf('\n');
    if (end < 0 && start + page.length < this.sizeBytes) throw unusable(this.#path, `has no lines at byte ${offset}`);
    const text = end < 0 ? rest : rest.slice(0, end);
    const [, hash] = LINE.exec(text.trimEnd()) ?? [];
    if (hash === undefined) throw unusable(this.#path, `has no SHA-1 in hexadecimal at byte ${start + skipped}`);
    return { offset: start + skipped, hash: hash.toUpperCase(), nextOffset: start + skipped + text.length + 1 };
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /** The last line may lack its end; anything else without one is no such file. */
  #endOrFault(page: string, start: number): null {
    if (page.length > MAX_LINE_BYTES) throw unusable(this.#path, `has no lines at byte ${start}`);
    return null;
  }

  async #read(position: number): Promise<string> {
    const { buffer, bytesRead } = await this.#handle.read(Buffer.alloc(PAGE_BYTES), 0, PAGE_BYTES, position);
    return buffer.toString('latin1', 0, bytesRead);
  }
}

function unusable(path: string, reason: string): AppError {
  return new AppError('invalid', 'breached_file_unusable', `${path} ${reason}.`);
}
