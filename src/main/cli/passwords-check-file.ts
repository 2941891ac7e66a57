/** `aquifer passwords check-file`: whether the file of stolen passwords will do, before a server relies on it. */

import { checkBreachedFile } from '../accounts/index.ts';
import { readConfig } from '../foundation/config.ts';
import { AppError } from '../foundation/errors.ts';
import { type CommandOutput, exitCodes } from './command-output.ts';

export interface CheckFileOptions {
  /** Every line. */
  full: boolean;
}

export async function runPasswordsCheckFile(
  output: CommandOutput,
  given: string | undefined,
  { full }: CheckFileOptions,
): Promise<number> {
  const path = given ?? readConfig(process.env).breachedPasswordsFile;
  if (path === undefined)
    throw new AppError('invalid', 'breached_file_unusable', 'Name the file, or set BREACHED_PASSWORDS_FILE.');
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new Error('Interrupted.'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const report = await checkBreachedFile(path, {
      isFull: full,
      onProgress: (share) => output.progress(`${Math.round(share * 100)} % looked at`),
      signal: interruption.signal,
    });
    const isGood = report.isInOrder && report.found.length > 0;
    const lines = [
      `${path}: about ${report.linesInFile.toLocaleString('en')} hashes, ${report.lines.toLocaleString('en')} looked at.`,
      report.isInOrder ? 'They are in order.' : 'They are not in order: take the download that is ordered by hash.',
      report.found.length > 0
        ? `Passwords that everybody knows are in it (${report.found.join(', ')}).`
        : 'Not even 123456 is in it: this is some other list, or the NTLM one.',
    ];
    output.answer(lines, { isGood, file: path, ...report });
    return isGood ? exitCodes.done : exitCodes.unhealthy;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
