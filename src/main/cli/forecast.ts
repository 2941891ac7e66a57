/**
 * `aquifer forecast postgres://…`: what statements will cost as the tables grow, which plans flip and when, and what of the machine will be
 * too small; for any database, with nothing of ours in it.
 */

import { AppError } from '../foundation/errors.ts';
import { forecastWorkload } from '../planner/forecast/forecast-workload.ts';
import type { ForecastReport } from '../planner/forecast/schema.ts';
import { adviseSizing } from '../planner/sizing/advise-sizing.ts';
import type { Snapshot } from '../planner/snapshot/snapshot.ts';
import { readSnapshotFile } from '../planner/snapshot/snapshot-file.ts';
import { mergeWorkload } from '../planner/workload/merge-workload.ts';
import type { WorkloadStatement } from '../planner/workload/workload.ts';
import { type CommandOutput, exitCodes } from './command-output.ts';
import { describeForecast } from './forecast-page.ts';
import { readProduction, untilInterrupted, withTwin } from './planner-command.ts';
import { readQueryFiles } from './query-files.ts';

export interface ForecastCommandOptions {
  /** Files, folders or patterns; beside what the server counted. */
  queries?: readonly string[];
  /** A snapshot in place of a database. */
  statistics?: string;
  /** Earlier snapshots of the same database: how fast it grows. */
  history?: readonly string[];
  factors?: readonly number[];
  /** Ends with 3 where a cliff is nearer than so many times today's rows. */
  failWithin?: number;
  engine: 'pglite' | 'native' | 'auto';
  exact: boolean;
  plans: boolean;
  showValues: boolean;
}

interface Material {
  snapshot: Snapshot;
  statements: WorkloadStatement[];
}

/** @param target the database of DATABASE_URL, or the embedded one, when left out */
export async function runForecast(
  output: CommandOutput,
  target: string | undefined,
  options: ForecastCommandOptions,
): Promise<number> {
  return untilInterrupted(async (signal) => {
    const { snapshot, statements } = await readMaterial(output, target, options);
    if (statements.length === 0) throw noStatements();
    const history = await Promise.all((options.history ?? []).map((file) => readSnapshotFile(file)));
    output.progress(
      `Plans ${statements.length === 1 ? 'one statement' : `${statements.length} statements`} at growing sizes.`,
    );
    return withTwin(snapshot, options, async (twin) => {
      const { factors, showValues } = options;
      const forecast = await forecastWorkload(twin, statements, {
        ...{ factors, history, showValues, signal },
        onProgress: progressLines(output),
      });
      const sizing = await adviseSizing(twin, statements, { history, signal });
      output.answer(describeForecast(forecast, sizing, { hasPlans: options.plans }), { forecast, sizing });
      return isNear(forecast, options.failWithin) ? exitCodes.unhealthy : exitCodes.done;
    });
  });
}

function isNear({ statements }: ForecastReport, failWithin: number | undefined): boolean {
  return failWithin !== undefined && statements.some(({ cliff }) => cliff !== null && cliff.factor <= failWithin);
}

async function readMaterial(
  output: CommandOutput,
  target: string | undefined,
  { queries = [], statistics }: ForecastCommandOptions,
): Promise<Material> {
  const files = await readQueryFiles(queries);
  if (statistics !== undefined) return { snapshot: await readSnapshotFile(statistics), statements: files };
  const { counted, snapshot } = await readProduction(output, target);
  return { snapshot, statements: mergeWorkload(files, counted.statements) };
}

function noStatements(): AppError {
  return new AppError(
    'unprocessable',
    'no_statements',
    "There is no statement to forecast. Statements can be given in files: --queries 'sql/**/*.sql'.",
  );
}

/** A line for every tenth part, so that a log of it can be read. */
function progressLines(output: CommandOutput) {
  let told = 0;
  return (share: number) => {
    const part = Math.floor(share * 10);
    if (part <= told) return;
    told = part;
    output.progress(`${String(part * 10).padStart(3)} %`);
  };
}
