/**
 * Runs the statements of one piece of work on an index, each tried again where its lock was not to be had, and takes away what they
 * leave behind. What has to lock others out for a moment waits for its lock but briefly: they would stand behind it.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BuildEnd,
  type BuildOptions,
  buildIndex,
  type Database,
  dropIndex,
  dropLeftover,
  escapeIdentifier,
  findIndex,
  runIndexStep,
} from '../../database/index.ts';
import { madeBy, type NewWork, type RunningWork } from './work.ts';

export interface RunOptions {
  database: Pick<Database, 'query' | 'openAlone'>;
  /** For tests. */
  pace?: Pick<BuildOptions, 'lookEveryMs' | 'lockTimeoutMs'> & { betweenMs?: number };
}

const ATTEMPTS = 3;
const BETWEEN_ATTEMPTS_MS = 10_000;
/** Of a statement that others have to wait for. */
const BRIEF_LOCK_TIMEOUT_MS = 2_000;
const LEFT = 'What an attempt before it has left cannot be dropped while others use the table.';

/** Never throws: how it ended is what it returns. @param hasLeftover one that is not valid is in the way */
export async function runWork(work: RunningWork, hasLeftover: boolean, options: RunOptions): Promise<BuildEnd> {
  if (work.steps.length > 1) return runSteps(work, options);
  const target = { schemaName: work.schema, indexName: work.index };
  const run = work.kind === 'create' ? buildIndex : dropIndex;
  return tryAgain(work, options, async (isFirst, build) => {
    if (hasLeftover || (!isFirst && work.kind === 'create')) {
      const isCleared = await dropLeftover(target, options.database, build.lockTimeoutMs).catch(() => null);
      if (isCleared === null) return { state: 'failed', sentence: LEFT };
    }
    return run({ ...target, sql: work.ddl }, lockingBriefly(work.ddl, build));
  });
}

/** Of a partitioned table: the last step makes the parent's index valid. */
async function runSteps(work: RunningWork, options: RunOptions): Promise<BuildEnd> {
  const { index, schema, steps } = work;
  const isCleared = await clearLeftovers(work, options).then(
    () => true,
    () => false,
  );
  if (!isCleared) return { state: 'failed', sentence: LEFT };
  const ran: string[] = [];
  for (const [place, sql] of steps.entries()) {
    // A part that an attempt before it has finished is taken as it is: attaching it fails where it is another.
    if (await isThere(sql, options)) continue;
    const end = await runStep(sql, work, { ...options, label: `${place + 1} of ${steps.length}` });
    ran.push(sql);
    if (end.state === 'done') continue;
    // Those that it has made itself, and no other of the same name.
    await dropMade(ran.slice(0, -1), options).catch(() => undefined);
    await clearLeftovers(work, options).catch(() => undefined);
    return end;
  }
  const [found] = await options.database.query(findIndex, [schema, index]);
  if (found?.isValid)
    return { state: 'done', sentence: `The index ${schema}.${index} is there and valid, with its parts.` };
  return { state: 'failed', sentence: `The index ${schema}.${index} was made, and Postgres does not call it valid.` };
}

async function runStep(sql: string, work: RunningWork, options: RunOptions & { label: string }): Promise<BuildEnd> {
  const made = madeBy(sql);
  return tryAgain(work, options, async (isFirst, build) => {
    if (!isFirst && made) await dropLeftover(made, options.database, build.lockTimeoutMs).catch(() => undefined);
    const onProgress: BuildOptions['onProgress'] = ({ phase, share }) =>
      build.onProgress({ phase: `${options.label}: ${phase}`, share });
    return runIndexStep(sql, lockingBriefly(sql, { ...build, onProgress }));
  });
}

async function isThere(step: string, { database }: RunOptions): Promise<boolean> {
  const made = madeBy(step);
  const [found] = made ? await database.query(findIndex, [made.schemaName, made.indexName]) : [];
  return found?.isValid ?? false;
}

async function tryAgain(
  work: RunningWork,
  { database, pace }: RunOptions,
  attempt: (isFirst: boolean, build: BuildOptions) => Promise<BuildEnd>,
): Promise<BuildEnd> {
  const { signal } = work.abort;
  const onProgress: BuildOptions['onProgress'] = (progress) => Object.assign(work, progress);
  for (let tries = 1; ; tries += 1) {
    const end = await attempt(tries === 1, { ...pace, database, onProgress, signal });
    if (!end.isLockMissed || tries >= ATTEMPTS || signal.aborted) return end;
    Object.assign(work, { phase: 'waiting to try again', share: null, attempt: work.attempt + 1 });
    await sleep(pace?.betweenMs ?? BETWEEN_ATTEMPTS_MS, undefined, { signal }).catch(() => undefined);
  }
}

function lockingBriefly(sql: string, build: BuildOptions): BuildOptions {
  if (/^(create (unique )?|drop )index concurrently /i.test(sql)) return build;
  return { ...build, lockTimeoutMs: Math.min(build.lockTimeoutMs ?? BRIEF_LOCK_TIMEOUT_MS, BRIEF_LOCK_TIMEOUT_MS) };
}

/** With the parent's index go those that were attached to it. @throws AppError */
async function dropMade(steps: readonly string[], { database }: RunOptions): Promise<void> {
  const connection = await database.openAlone('aquifer index');
  try {
    await connection.run(`set lock_timeout = ${BRIEF_LOCK_TIMEOUT_MS}`);
    for (const step of steps) {
      const made = madeBy(step);
      if (!made) continue;
      const name = `${escapeIdentifier(made.schemaName)}.${escapeIdentifier(made.indexName)}`;
      await connection.run(`drop index ${/ on only /i.test(step) ? '' : 'concurrently '}if exists ${name}`);
    }
  } finally {
    await connection.end();
  }
}

/**
 * Drops what is not valid of what it was to make or to drop: Postgres keeps such an index up to date and uses it for nothing. Of a
 * server that died, whose index is not whole, its finished parts go too.
 *
 * @returns whether there was any
 * @throws AppError where it could not be dropped now
 */
export async function clearLeftovers(
  {
    index,
    isAbandoned = false,
    schema,
    steps,
  }: Pick<NewWork, 'schema' | 'index' | 'steps'> & { isAbandoned?: boolean },
  options: RunOptions,
  lockTimeoutMs?: number,
): Promise<boolean> {
  const { database } = options;
  if (steps.length === 1) return dropLeftover({ schemaName: schema, indexName: index }, database, lockTimeoutMs);
  const [whole] = await database.query(findIndex, [schema, index]);
  if (whole?.isValid) return false;
  const left: string[] = [];
  for (const step of steps) {
    const made = madeBy(step);
    const [found] = made ? await database.query(findIndex, [made.schemaName, made.indexName]) : [];
    if (found && (isAbandoned || !found.isValid)) left.push(step);
  }
  if (left.length > 0) await dropMade(left, options);
  return left.length > 0;
}
