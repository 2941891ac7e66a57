/** The twin of a command: of a database that was named it may be made natively, of a file that somebody gave only in this process. */

import type { Snapshot } from '../planner/snapshot/snapshot.ts';
import { createTwin } from '../planner/twin/create-twin.ts';
import type { Twin, TwinOptions } from '../planner/twin/twin.ts';

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
