// Brings node_modules to what package-lock.json says, and does nothing when it is there.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runQuietly, step } from './terminal.js';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export async function ensureDependencies() {
  if (isInstalled()) return;
  await step('Installing dependencies', installAll);
}

/** Compares what npm recorded in node_modules with the lock file; times of files say little after a checkout. */
function isInstalled() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const present = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || present[path]?.version === entry.version) return true;
    return entry.optional === true && !(isForThisMachine(entry) && present[path] === undefined);
  });
}

function readPackages(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

/** An optional package that names no machine, or another C library, may be missing for reasons that npm knows. */
function isForThisMachine({ os, cpu, libc }) {
  return Boolean(os?.includes(process.platform) && cpu?.includes(process.arch) && !libc);
}

function installAll() {
  const npmArguments = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm names its own program when it runs a script, which spares the search on Windows.
  const npmProgram = process.env.npm_execpath;
  if (npmProgram?.endsWith('.js')) return runQuietly(process.execPath, [npmProgram, ...npmArguments], { cwd: root });
  return runQuietly('npm', npmArguments, { cwd: root, shell: process.platform === 'win32' });
}
