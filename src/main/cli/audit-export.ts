/** `aquifer audit export`: the audit trail as one JSON object a line, oldest first, to standard output or to a file. */

import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { AuditTrail, ExportSpan } from '../accounts/audit-trail/index.ts';
import { AppError } from '../foundation/errors.ts';
import { type CommandOutput, exitCodes } from './command-output.ts';
import { withAccounts } from './with-accounts.ts';

export interface ExportCommandOptions extends ExportSpan {
  /** Left out: standard output. */
  output?: string;
}

const PROGRESS_EVERY = 50_000;

export async function runAuditExport(
  output: CommandOutput,
  { from, to, output: file }: ExportCommandOptions,
  isJson = false,
): Promise<number> {
  if (isJson && file === undefined) throw invalid('--json needs --output: standard output is for one or the other');
  const span = { from: readInstant('--from', from), to: readInstant('--to', to) };
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const events = await withAccounts(output, ({ auditTrail }) =>
      write(auditTrail, span, { file, signal: interruption.signal, onProgress: (line) => output.progress(line) }),
    );
    if (file === undefined) output.progress(`${events} events.`);
    else output.answer([`Wrote ${events} events to ${file}.`], { events, file });
    return exitCodes.done;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

interface Writing {
  file: string | undefined;
  signal: AbortSignal;
  onProgress: (line: string) => void;
}

/** A file is there whole or not at all. */
async function write(auditTrail: AuditTrail, span: ExportSpan, { file, signal, onProgress }: Writing): Promise<number> {
  let events = 0;
  let told = 0;
  async function* counted(): AsyncGenerator<string> {
    for await (const lines of auditTrail.export(span, signal)) {
      events += lines.split('\n').length - 1;
      if (events >= told + PROGRESS_EVERY) onProgress(`${events} events`);
      told = Math.max(told, events - (events % PROGRESS_EVERY));
      yield lines;
    }
  }
  await auditTrail.noteExport(span);
  if (file === undefined) {
    for await (const lines of counted()) await toStandardOutput(lines);
    return events;
  }
  const part = `${file}.part`;
  try {
    await pipeline(counted(), createWriteStream(part, { mode: 0o600 }), { signal });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw signal.aborted ? interrupted() : error;
  }
  return events;
}

function toStandardOutput(text: string): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve())));
}

function readInstant(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime()))
    throw invalid(`${name} must be an instant such as 2026-11-23 or 2026-11-23T12:00:00Z`);
  return instant.toISOString();
}

function invalid(message: string): AppError {
  return new AppError('invalid', 'invalid_option', `${message}.`);
}

function interrupted(): Error {
  return new Error('Interrupted. Nothing was written.');
}
