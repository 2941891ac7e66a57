/**
 * Making a cluster takes seconds, copying one a tenth of that: a cluster is made once for each version and way of comparing texts,
 * kept in the user's own cache folder, and copied for each twin.
 */

import { randomBytes } from 'node:crypto';
import {
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { TWIN_PREFIX } from './folder-prefix.ts';
import { openPGlite } from './pglite-database.ts';

/** Of the template's own content: raised where what is done to it below changes. */
const GENERATION = 2;

/**
 * How a database compares its texts. `c`: by bytes, and `like 'a%'` reads a plain B-tree. `bytes`: by bytes, and it does not.
 * `unicode`: as people sort.
 */
export type Comparison = 'c' | 'bytes' | 'unicode';

const CHANGES: Record<Comparison, string> = {
  c: "datlocprovider = 'c', datcollate = 'C', datctype = 'C.UTF-8', datlocale = null",
  bytes: "datlocprovider = 'c', datcollate = 'en_US.UTF-8', datctype = 'en_US.UTF-8', datlocale = null",
  unicode: "datlocprovider = 'i', datcollate = 'C', datctype = 'C.UTF-8', datlocale = 'und'",
};

/**
 * Makes `target` a cluster for PGlite.
 * @param version of PGlite, since another may not read its files
 */
export async function copyTemplate(target: string, comparison: Comparison, version: string): Promise<void> {
  const template = await ensureTemplate(comparison, version);
  copyFolder(template, target);
}

async function ensureTemplate(comparison: Comparison, version: string): Promise<string> {
  const home = cacheFolder();
  const template = join(home, `pglite-${version}-${GENERATION}-${comparison}`);
  if (existsSync(template)) return template;
  const draft = join(home, `draft-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    if (comparison === 'c') await makeTemplate(draft);
    else await changeTemplate(await ensureTemplate('c', version), draft, comparison);
    renameSync(draft, template);
  } catch (error) {
    // Another process was faster.
    if (!existsSync(template)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return template;
}

/** The others differ from the first in one row, and need not be made from nothing. */
async function changeTemplate(from: string, folder: string, comparison: Comparison): Promise<void> {
  copyFolder(from, folder);
  const database = await openPGlite(folder);
  await database.run(`update pg_catalog.pg_database set ${CHANGES[comparison]} where datname = 'postgres'`);
  await database.run('checkpoint');
  await database.close();
}

async function makeTemplate(folder: string): Promise<void> {
  const database = await openPGlite(folder);
  await database.run(`update pg_catalog.pg_database set ${CHANGES.c} where datname = 'postgres'`);
  await database.run("update pg_catalog.pg_database set datistemplate = false where datname like 'template_'");
  await database.run('drop database template0');
  await database.run('drop database template1');
  await database.run('checkpoint');
  await database.close();
  removeMaps(join(folder, 'base'));
}

/** Free-space and visibility maps of the catalog: Postgres makes them again where it needs them, and they are half of the files. */
function removeMaps(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (/^\d+_(fsm|vm)$/.test(entry.name)) rmSync(join(entry.parentPath, entry.name));
  }
}

/** The user's own: what lies in a folder that others may write could be anybody's. */
function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(base, 'aquifer', 'planner-twin');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isOurs(folder)) return folder;
  } catch {
    // A home that cannot be written, as in many containers.
  }
  return processFolder();
}

let ofThisProcess: string | undefined;

/** Lasts as long as the process. */
function processFolder(): string {
  if (!ofThisProcess) {
    const made = mkdtempSync(join(tmpdir(), `${TWIN_PREFIX}${process.pid}-cache-`));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    ofThisProcess = made;
  }
  return ofThisProcess;
}

function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
}

/** One after the other, without the event loop: three times as fast for files this small. */
export function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) copyFolder(source, target);
    else copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}
