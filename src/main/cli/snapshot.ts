/** `aquifer snapshot postgres://…`: schema, sizes and statistics of any database, in a file that reviews and advice are made from. */

import { readConfig } from '../foundation/config.ts';
import { type CaptureOptions, captureSnapshot } from '../planner/snapshot/capture.ts';
import { connectionOf } from '../planner/snapshot/connection.ts';
import { type Redaction, SENSITIVE_COLUMNS } from '../planner/snapshot/redaction.ts';
import type { Snapshot } from '../planner/snapshot/snapshot.ts';
import { snapshotText, writeSnapshotFile } from '../planner/snapshot/snapshot-file.ts';
import { withTarget } from '../planner/snapshot/target.ts';
import { type CommandOutput, exitCodes } from './command-output.ts';
import { withConnectionString } from './database-access.ts';

export interface SnapshotCommandOptions {
  /** A file, or `-` for standard output. */
  out: string;
  schema?: readonly string[];
  role?: string;
  hash?: readonly string[];
  omit?: readonly string[];
  /** Leaves values as they are where no option of this call says otherwise. */
  showValues: boolean;
}

/** @param target the database of DATABASE_URL, or the embedded one, when left out */
export async function runSnapshot(
  output: CommandOutput,
  target: string | undefined,
  options: SnapshotCommandOptions,
): Promise<number> {
  const capture: CaptureOptions = {
    ...(options.schema && { schemas: options.schema }),
    ...(options.role !== undefined && { role: options.role }),
    redaction: redactionOf(options),
  };
  const take = (url: string) => withTarget(url, (client) => captureSnapshot(connectionOf(client), capture));
  const onProgress = (line: string) => output.progress(line);
  const snapshot = await (target === undefined
    ? withConnectionString(readConfig(process.env), onProgress, take)
    : take(target));
  if (options.out === '-') {
    process.stdout.write(snapshotText(snapshot));
    return exitCodes.done;
  }
  const bytes = await writeSnapshotFile(options.out, snapshot);
  output.answer(describe(snapshot, options.out, bytes), {
    ...{ file: options.out, bytes, takenAt: snapshot.takenAt, database: snapshot.database },
    ...{ relations: snapshot.relations.length, indexes: snapshot.indexes.length, gaps: snapshot.gaps },
  });
  return exitCodes.done;
}

function redactionOf({ hash = [], omit = [], showValues }: SnapshotCommandOptions): Redaction {
  return { hash: [...(showValues ? [] : SENSITIVE_COLUMNS), ...hash], omit };
}

function describe({ database, gaps, indexes, relations, server }: Snapshot, file: string, bytes: number): string[] {
  const columns = relations.flatMap((relation) => relation.columns);
  const count = (redaction: 'hashed' | 'omitted') =>
    columns.filter((one) => (one.statistics ?? one.inheritedStatistics)?.redaction === redaction).length;
  const heldBack = `Values of ${count('hashed')} columns are hashed, of ${count('omitted')} left out.`;
  return [
    `${file}: ${database}, Postgres ${server.version}, ${relations.length} tables, ${indexes.length} indexes, ${Math.ceil(bytes / 1024)} KB.`,
    heldBack,
    ...(gaps.length > 0 ? ['', 'What it does not have:', ...gaps.map(({ sentence }) => `  ${sentence}`)] : []),
  ];
}
