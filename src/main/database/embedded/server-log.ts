/** What Postgres wrote to its log, read back to say why it ended. */

import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MAX_TEXT_BYTES = 16_384;
const LAST_WORDS_LIMIT_MS = 2_000;
const POLL_MS = 20;

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

/** The same after the server has failed: its log is written by a process of its own, which may end a moment later. */
export async function failureText(folder: string, mark: LogMark): Promise<string> {
  for (const deadline = Date.now() + LAST_WORDS_LIMIT_MS; ; await sleep(POLL_MS)) {
    const text = await newLogText(folder, mark);
    if (/(FATAL|PANIC):/.test(text) || Date.now() > deadline) return text;
  }
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
