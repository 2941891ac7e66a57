/** Why the embedded Postgres may not start: each refusal is one sentence that a person at a terminal can act upon. */

import { AppError } from '../../foundation/errors.ts';

export function versionMismatch(folder: string, found: string, ours: string): AppError {
  const message =
    `The database in ${folder} was made by Postgres ${found}, and this Aquifer brings Postgres ${ours}: ` +
    `start it with the Aquifer that made it and move the data over with pg_dump, or name another folder in AQUIFER_DATA_DIR.`;
  return new AppError('conflict', 'embedded_version_mismatch', message);
}

export function dataFolderUnwritable(folder: string, reason: string, cause?: unknown): AppError {
  const message =
    `The data folder ${folder} cannot be written (${reason}): ` +
    'make it writable, or name another folder in AQUIFER_DATA_DIR.';
  return new AppError('internal', 'embedded_data_folder_unwritable', message, { cause });
}

export function startFailed(reason: string, cause?: unknown): AppError {
  return new AppError('internal', 'embedded_start_failed', `The embedded Postgres did not start: ${reason}`, { cause });
}

/** Root without root's rights: a container that may neither give files away nor become another user. */
export function cannotActAs(userName: string, cause: unknown): AppError {
  const reason = `Postgres may not run as root, and root cannot act as the user ${userName} here`;
  return startFailed(`${reason} (${reasonOf(cause)}): start Aquifer as an ordinary user.`, cause);
}

/** Whether the system refused to act as another user, for want of the right or of that user. */
export function isRefusalToActAs(thrown: unknown): boolean {
  return ['EPERM', 'EINVAL'].includes(String((thrown as { code?: unknown }).code));
}

export function unsupportedPlatform(reason: string): AppError {
  const message = `There is no embedded Postgres for this machine (${reason}): set DATABASE_URL to a Postgres of your own.`;
  return new AppError('internal', 'embedded_unsupported_platform', message);
}

export function alreadyRunning(folder: string, pid: number, address: string | undefined): AppError {
  const where = address === undefined ? '' : ` on ${address}`;
  const message = `Aquifer is already running as process ${pid}${where} with the data folder ${folder}.`;
  return new AppError('conflict', 'embedded_already_running', message);
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EINVAL: 'no such user',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file stands in its place',
  ENOTDIR: 'a file stands in its place',
};

/** A failure of the operating system in words that finish the sentence "... (reason)". */
export function reasonOf(thrown: unknown): string {
  const { code, message } = thrown as { code?: unknown; message?: unknown };
  return REASONS[String(code)] ?? String(message ?? code ?? thrown);
}

/** Whether the operating system failed at something, rather than our own code. */
export function isSystemFault(thrown: unknown): boolean {
  return typeof (thrown as { syscall?: unknown }).syscall === 'string';
}

/** Whether the operating system refused to write, rather than our own code having failed. */
export function isRefusalToWrite(thrown: unknown): boolean {
  return String((thrown as { code?: unknown }).code) in REASONS;
}
