/** What Postgres wrote to its log, read back to say why it ended. */

import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const MAX_TEXT_BYTES = 16_384;

/** How far each file of the log has been written, by name. */
export type LogMark = Map<string, number>;

export async function markLog(folder: string): Promise<LogMark> {
  const mark: LogMark = new Map();
  for (const name of await readdir(folder)) mark.set(name, (await stat(join(folder, name))).size);
  return mark;
}

/** What was added since the mark, the end of it when it is long. */
export async function newLogText(folder: string, mark: LogMark): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(
    // Emptied at every start, hence always new from its first byte.
    names.map((name) => readFrom(join(folder, name), name === 'startup.log' ? 0 : (mark.get(name) ?? 0))),
  );
  return texts.join('');
}

async function readFrom(path: string, from: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    // A file smaller than it was has been begun anew.
    const start = Math.max(size < from ? 0 : from, size - MAX_TEXT_BYTES);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    await file.read(buffer, 0, buffer.length, start);
    return buffer.toString('utf8');
  } finally {
    await file.close();
  }
}

/** The lines that say what went wrong, as one sentence without times and process numbers. */
export function shortFailure(text: string): string {
  const written = text.split('\n').filter((line) => line.trim() !== '' && !/log output/.test(line));
  const lines = written.filter((line) => /(FATAL|PANIC|ERROR|HINT):|LOG: +could not/.test(line));
  const words = lines.slice(-2).map((line) => line.replace(/^.*?(FATAL|PANIC|ERROR|LOG|HINT): +/, ''));
  const last = written.at(-1) ?? '';
  const sentence = words.join('; ') || last || 'it said nothing';
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
