/**
 * What the planner's commands have in common: they stop at Ctrl-C, read a database once, and plan in a twin that is closed again. Of a
 * database that was named the twin may be native, of a file that somebody gave it is made in this process alone.
 */

import { readConfig } from '../foundation/config.ts';
import { AppError } from '../foundation/errors.ts';
import { captureSnapshot } from '../planner/snapshot/capture.ts';
import { connectionOf } from '../planner/snapshot/connection.ts';
import type { Snapshot } from '../planner/snapshot/snapshot.ts';
import { withTarget } from '../planner/snapshot/target.ts';
import { createTwin } from '../planner/twin/create-twin.ts';
import type { Twin, TwinOptions } from '../planner/twin/twin.ts';
import { readServerStatements, type ServerWorkload } from '../planner/workload/server-statements.ts';
import type { CommandOutput } from './command-output.ts';
import { withConnectionString } from './database-access.ts';

export interface TwinCommandOptions {
  engine: NonNullable<TwinOptions['engine']>;
  exact: boolean;
  /** The file that the snapshot comes from. */
  statistics?: string;
}

/** @throws AppError native_twin_refused, twin_failed */
export function openTwin(snapshot: Snapshot, { engine, exact, statistics }: TwinCommandOptions): Promise<Twin> {
  return createTwin(snapshot, { engine, exact, isUntrusted: statistics !== undefined });
}

/** @throws AppError native_twin_refused, twin_failed, and whatever the work throws; the twin is gone then too */
export async function withTwin<Result>(
  snapshot: Snapshot,
  options: TwinCommandOptions,
  work: (twin: Twin) => Promise<Result>,
): Promise<Result> {
  const twin = await openTwin(snapshot, options);
  try {
    return await work(twin);
  } finally {
    await twin.close();
  }
}

/** @throws AppError interrupted, once Ctrl-C was pressed and the work has looked at its signal */
export async function untilInterrupted<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interrupt = new AbortController();
  const stop = () => interrupt.abort(new AppError('timeout', 'interrupted', 'It was stopped; nothing was changed.'));
  process.once('SIGINT', stop);
  try {
    return await work(interrupt.signal);
  } finally {
    process.removeListener('SIGINT', stop);
  }
}

export interface Production {
  snapshot: Snapshot;
  /** What its server counted itself. */
  counted: ServerWorkload;
}

/** @param target the database of DATABASE_URL, or the embedded one, when left out */
export function readProduction(output: CommandOutput, target: string | undefined): Promise<Production> {
  output.progress('Reads schema, sizes and statistics.');
  const read = (url: string) =>
    withTarget(url, async (client): Promise<Production> => {
      const connection = connectionOf(client);
      return { snapshot: await captureSnapshot(connection), counted: await readServerStatements(connection) };
    });
  if (target !== undefined) return read(target);
  return withConnectionString(readConfig(process.env), (line) => output.progress(line), read);
}
