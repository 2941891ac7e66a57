/** Statements out of files: of a file, of a folder with all below it, or of a pattern with `*`, `**` and `?`. */

import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { AppError } from '../foundation/errors.ts';
import { readSourceFile } from '../planner/workload/source-files.ts';
import { readSqlFile } from '../planner/workload/sql-files.ts';
import type { WorkloadStatement } from '../planner/workload/workload.ts';

const ENDINGS = /\.(sql|[cm]?[jt]sx?)$/;
const NEVER = new Set(['node_modules', '.git', 'dist', 'build', 'coverage']);
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** @throws AppError no_query_files where a pattern names none */
export async function readQueryFiles(patterns: readonly string[]): Promise<WorkloadStatement[]> {
  const statements: WorkloadStatement[] = [];
  for (const pattern of patterns) {
    const paths = await findFiles(pattern);
    if (paths.length === 0) {
      throw new AppError('unprocessable', 'no_query_files', `There is no .sql, .ts or .js file at ${pattern}.`);
    }
    for (const path of paths) statements.push(...(await readStatements(path)));
  }
  return statements;
}

async function readStatements(path: string): Promise<WorkloadStatement[]> {
  if ((await stat(path)).size > MAX_FILE_BYTES) return [];
  return readStatementsOf(path, await readFile(path, 'utf8'));
}

/** Of a file that may be of another revision. */
export function readStatementsOf(path: string, content: string): WorkloadStatement[] {
  return path.endsWith('.sql') ? readSqlFile(path, content) : readSourceFile(path, content);
}

/** Whether a path of a repository, from the working folder, is one of the files that the patterns name. */
export function pathMatcher(patterns: readonly string[]): (path: string) => boolean {
  const matchers = patterns.map((pattern) => {
    const plain = pattern.replace(/^\.\//, '').replace(/\/$/, '');
    const [root, expression] = toExpression(plain);
    return (path: string) => {
      if (path === plain || plain === '.' || path.startsWith(`${plain}/`)) return true;
      const below = root === '.' ? path : path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
      return below !== undefined && /[*?]/.test(plain) && expression.test(below);
    };
  });
  return (path) =>
    ENDINGS.test(path) && !path.split('/').some((part) => NEVER.has(part)) && matchers.some((matches) => matches(path));
}

async function findFiles(pattern: string): Promise<string[]> {
  const found = await stat(pattern).catch(() => undefined);
  if (found?.isFile()) return [pattern];
  if (found?.isDirectory()) return walk(pattern);
  const [root, expression] = toExpression(pattern);
  const below = await walk(root).catch(() => []);
  return below.filter((path) => expression.test(relative(root, path).split(sep).join('/')));
}

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const paths: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !NEVER.has(entry.name)) paths.push(...(await walk(path)));
    else if (entry.isFile() && ENDINGS.test(entry.name)) paths.push(path);
  }
  return paths;
}

/** The folder before the first sign, and what is asked of the paths below it. */
function toExpression(pattern: string): [string, RegExp] {
  const parts = pattern.split(/[\\/]/);
  const first = parts.findIndex((part) => /[*?]/.test(part));
  const root = first <= 0 ? (pattern.startsWith('/') ? '/' : '.') : parts.slice(0, first).join('/') || '/';
  const rest = parts.slice(Math.max(first, 0)).join('/');
  const source = rest.replace(/[.+^${}()|[\]\\]|\*\*\/|\*\*|\*|\?/g, (sign) => SIGNS[sign] ?? `\\${sign}`);
  return [root, new RegExp(`^${source}$`)];
}

const SIGNS: Record<string, string> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
