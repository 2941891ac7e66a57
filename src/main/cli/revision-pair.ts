/**
 * What `aquifer review --against` compares: the statements and the schema of the branch point, and those of the working folder. Both
 * start from the same committed statistics; migrations that came later than those are applied on top.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fingerprintOf } from '../database/index.ts';
import { AppError } from '../foundation/errors.ts';
import type { Snapshot } from '../planner/snapshot/snapshot.ts';
import { parseSnapshot, readSnapshotFile } from '../planner/snapshot/snapshot-file.ts';
import type { WorkloadStatement } from '../planner/workload/workload.ts';
import { branchPoint, type GitRevision, isAncestor, lastChangeOf, revisionAt, workingLabel } from './git-revision.ts';
import { pathMatcher, readQueryFiles, readStatementsOf } from './query-files.ts';

/** A small file may unpack to a very large one. */
const UNPACKED = { maxOutputLength: 256 * 1024 * 1024 };

export interface PairOptions {
  against: string;
  statistics: string;
  queries: readonly string[];
  migrations?: string;
}

export interface Migration {
  name: string;
  sql: string;
}

export interface RevisionSource {
  label: string;
  statements: WorkloadStatement[];
  /** Later than the statistics, in their order. */
  migrations: Migration[];
}

export interface RevisionPair {
  snapshot: Snapshot;
  before: RevisionSource;
  after: RevisionSource;
  assumptions: string[];
}

export async function readRevisionPair(options: PairOptions): Promise<RevisionPair> {
  const base = await branchPoint(options.against);
  const { applied, assumptions, snapshot } = await readStatistics(options, base);
  const [old, present] = await Promise.all([oldMigrations(options, base), presentMigrations(options)]);
  const known = applied ?? new Set(old.map(({ name }) => name));
  const later = ({ name }: Migration) => !known.has(name);
  assumptions.push(...changedMigrations(old, present));
  return {
    snapshot,
    before: { label: base.label, statements: await oldStatements(options, base), migrations: old.filter(later) },
    after: {
      label: await workingLabel(),
      statements: (await readQueryFiles(options.queries)).map(nameByText),
      migrations: present.filter(later),
    },
    assumptions,
  };
}

interface Statistics {
  snapshot: Snapshot;
  /** The migrations that the schema in it has; nothing where that cannot be told. */
  applied: Set<string> | undefined;
  assumptions: string[];
}

/** Those of the branch point, so that only the code differs; the migrations that were there when they were written are in them. */
async function readStatistics({ migrations, statistics }: PairOptions, base: GitRevision): Promise<Statistics> {
  const path = toPosix(statistics);
  const changed = await lastChangeOf(statistics);
  const isOld = changed !== undefined && (await isAncestor(changed, base.commit));
  if (!isOld && !(await base.has(path))) {
    const assumptions = [
      `${statistics} is new on this branch: migrations of ${base.label} are taken to be in it, and later ones not.`,
    ];
    return { snapshot: await readSnapshotFile(statistics), applied: undefined, assumptions };
  }
  const assumptions = isOld
    ? []
    : [`${statistics} was changed on this branch; both were planned with that of ${base.label}.`];
  const snapshot = isOld ? await readSnapshotFile(statistics) : await snapshotAt(base, path);
  if (!isOld || migrations === undefined) return { snapshot, applied: undefined, assumptions };
  const written = await listMigrations(revisionAt(changed, changed), migrations);
  return { snapshot, applied: new Set(written.map(nameOf)), assumptions };
}

async function snapshotAt(revision: GitRevision, path: string): Promise<Snapshot> {
  const bytes = await revision.readBytes(path);
  return parseSnapshot((path.endsWith('.gz') ? gunzipSync(bytes, UNPACKED) : bytes).toString('utf8'));
}

function toPosix(path: string): string {
  return posix.normalize(path.replaceAll('\\', '/'));
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

async function listMigrations(revision: GitRevision, folder: string): Promise<string[]> {
  const prefix = `${toPosix(folder).replace(/\/$/, '')}/`;
  const files = await revision.files();
  return files.filter((path) => path.startsWith(prefix) && path.endsWith('.sql')).sort();
}

async function oldMigrations({ migrations }: PairOptions, base: GitRevision): Promise<Migration[]> {
  if (migrations === undefined) return [];
  const paths = await listMigrations(base, migrations);
  return Promise.all(paths.map(async (path) => ({ name: nameOf(path), sql: await base.read(path) })));
}

async function presentMigrations({ migrations }: PairOptions): Promise<Migration[]> {
  if (migrations === undefined) return [];
  const names = await readdir(migrations, { recursive: true }).catch(() => {
    throw new AppError('unprocessable', 'no_migrations', `There is no folder ${migrations}.`);
  });
  const sql = names.filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    sql.map(async (name) => ({ name: nameOf(toPosix(name)), sql: await readFile(join(migrations, name), 'utf8') })),
  );
}

function changedMigrations(old: readonly Migration[], present: readonly Migration[]): string[] {
  return old.flatMap(({ name, sql }) => {
    const now = present.find((one) => one.name === name);
    if (now?.sql === sql) return [];
    return [
      now
        ? `${name} was changed on this branch: the schema is as it made it before.`
        : `${name} is gone on this branch: what it made is still there.`,
    ];
  });
}

async function oldStatements({ queries }: PairOptions, base: GitRevision): Promise<WorkloadStatement[]> {
  const isMeant = pathMatcher(queries);
  const paths = (await base.files()).filter(isMeant);
  const statements: WorkloadStatement[] = [];
  for (const path of paths) statements.push(...readStatementsOf(path, await base.read(path)));
  return statements.map(nameByText);
}

/** A statement without a name is known by its place, which every line above it changes: its text tells which it is. */
function nameByText(statement: WorkloadStatement): WorkloadStatement {
  return statement.name === statement.origin ? { ...statement, name: fingerprintOf(statement.text).name } : statement;
}
