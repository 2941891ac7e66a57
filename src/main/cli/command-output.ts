/** How every command answers: words for a person, or one JSON object for a program; and which exit code means what. */

import { AppError, messageOf } from '../foundation/errors.ts';

/** 0: done. 1: it failed. 2: it was asked for wrongly. 3: what was checked is not as it should be. */
export const exitCodes = { done: 0, failed: 1, misused: 2, unhealthy: 3 } as const;

export interface CommandOutput {
  /** Progress for a person, on the error stream so that standard output holds the answer alone. */
  progress(line: string): void;
  /** The answer: the lines for a person, or the object for a program. */
  answer(lines: readonly string[], json: Record<string, unknown>): void;
}

export function createCommandOutput(json: boolean): CommandOutput {
  return {
    progress: (line) => {
      if (!json) process.stderr.write(`${line}\n`);
    },
    answer: (lines, object) => {
      process.stdout.write(json ? `${JSON.stringify(object)}\n` : `${lines.join('\n')}\n`);
    },
  };
}

/** Runs a command's work and turns what it throws into a sentence, or a JSON object, and an exit code. */
export async function runCommand(json: boolean, work: (output: CommandOutput) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work(createCommandOutput(json));
  } catch (error) {
    const isMisuse = error instanceof AppError && (error.kind === 'invalid' || error.kind === 'unprocessable');
    process.exitCode = isMisuse ? exitCodes.misused : exitCodes.failed;
    const code = error instanceof AppError ? error.code : 'internal';
    const fields = error instanceof AppError ? (error.fields ?? []) : [];
    const sentences = [messageOf(error), ...fields.map(({ field, message }) => `${field} ${message}`)];
    if (json) process.stdout.write(`${JSON.stringify({ error: { code, message: messageOf(error), fields } })}\n`);
    else process.stderr.write(`${sentences.join('\n')}\n`);
  }
}
