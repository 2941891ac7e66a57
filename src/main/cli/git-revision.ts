/** Files as they were in another revision of the working folder's repository, by git itself. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AppError } from '../foundation/errors.ts';

const run = promisify(execFile);
const MAX_BYTES = 256 * 1024 * 1024;

export interface GitRevision {
  /** As people know it: `main at 4f1c2d9`. */
  label: string;
  commit: string;
  /** Paths from the working folder. */
  files(): Promise<string[]>;
  read(path: string): Promise<string>;
  readBytes(path: string): Promise<Buffer>;
  has(path: string): Promise<boolean>;
}

async function git(...parameters: string[]): Promise<string> {
  return (await gitBytes(...parameters)).toString('utf8');
}

async function gitBytes(...parameters: string[]): Promise<Buffer> {
  try {
    const { stdout } = await run('git', parameters, { maxBuffer: MAX_BYTES, encoding: 'buffer' });
    return stdout;
  } catch (error) {
    const said = (error as { stderr?: Buffer }).stderr?.toString('utf8').trim().split('\n')[0] ?? String(error);
    throw new AppError('unprocessable', 'git_refused', `git cannot say what there was: ${said.replace(/\.$/, '')}.`);
  }
}

/**
 * Where this branch left the other: what has happened there since is no doing of this branch.
 *
 * @throws AppError git_refused
 */
export async function branchPoint(ref: string): Promise<GitRevision> {
  // A name that begins with a dash would be an option.
  if (ref.startsWith('-')) throw new AppError('invalid', 'invalid_option', `${ref} is no revision.`);
  const tip = await git('rev-parse', '--verify', `${ref}^{commit}`).then(
    (found) => found.trim(),
    (error) => {
      // Git's own words for it are "Needed a single revision".
      if (!(error instanceof AppError) || !error.message.includes('single revision')) throw error;
      const fetch =
        'A copy of a part of the repository does not have it: fetch it first (in GitHub Actions fetch-depth: 0).';
      throw new AppError('unprocessable', 'git_refused', `This repository has no revision ${ref}. ${fetch}`);
    },
  );
  // A shallow copy of the repository does not know it; the other's tip is then the best there is.
  const commit = await git('merge-base', tip, 'HEAD').then(
    (found) => found.trim(),
    () => tip,
  );
  const short = commit.slice(0, 7);
  return revisionAt(commit, commit.startsWith(ref) ? short : `${ref} at ${short}`);
}

export function revisionAt(commit: string, label: string): GitRevision {
  return {
    ...{ commit, label },
    files: async () => (await git('ls-tree', '-r', '--name-only', '-z', commit, './')).split('\0').filter(Boolean),
    read: (path) => git('show', `${commit}:./${path}`),
    readBytes: (path) => gitBytes('show', `${commit}:./${path}`),
    has: async (path) => (await git('ls-tree', '--name-only', commit, `./${path}`)).trim() !== '',
  };
}

/** The commit that changed the file last; undefined where none has it, or where it was changed since. */
export async function lastChangeOf(path: string): Promise<string | undefined> {
  if ((await git('status', '--porcelain', '--', path)).trim() !== '') return undefined;
  return (await git('log', '-1', '--format=%H', '--', path)).trim() || undefined;
}

export async function isAncestor(commit: string, of: string): Promise<boolean> {
  return git('merge-base', '--is-ancestor', commit, of).then(
    () => true,
    () => false,
  );
}

export async function workingLabel(): Promise<string> {
  return `this branch at ${(await git('rev-parse', '--short=7', 'HEAD')).trim()}`;
}
