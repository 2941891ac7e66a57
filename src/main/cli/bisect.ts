/** `aquifer bisect before.json after.json`: which change between two snapshots of a database flipped a statement's plan. */

import { AppError } from '../foundation/errors.ts';
import { type BisectStatement, bisectPlan } from '../planner/bisect/bisect-plan.ts';
import type { Bisection } from '../planner/bisect/schema.ts';
import { drawPlan } from '../planner/plans/draw-plan.ts';
import { readSnapshotFile } from '../planner/snapshot/snapshot-file.ts';
import { type CommandOutput, exitCodes } from './command-output.ts';
import { untilInterrupted } from './planner-command.ts';
import { readQueryFiles } from './query-files.ts';

export interface BisectCommandOptions {
  /** A name of one in the files, or a text. */
  statement: string;
  queries?: readonly string[];
  engine: 'pglite' | 'native' | 'auto';
  exact: boolean;
  showValues: boolean;
}

export async function runBisect(
  output: CommandOutput,
  files: { before: string; after: string },
  options: BisectCommandOptions,
): Promise<number> {
  const [before, after] = [await readSnapshotFile(files.before), await readSnapshotFile(files.after)];
  const statement = await findStatement(options);
  const bisection = await untilInterrupted((signal) =>
    bisectPlan(before, after, statement, {
      ...{ showValues: options.showValues, signal },
      twin: { engine: options.engine, exact: options.exact },
    }),
  );
  output.answer(describe(bisection), bisection);
  return exitCodes.done;
}

const NAME_MAX = 80;

async function findStatement({ queries = [], statement }: BisectCommandOptions): Promise<BisectStatement> {
  const known = (await readQueryFiles(queries)).find(({ name }) => name === statement);
  if (known) return { name: known.name, text: known.text };
  if (!/\s/.test(statement.trim())) {
    const where = queries.length === 0 ? 'Statements are read from --queries.' : 'It is in none of the files.';
    throw new AppError('unprocessable', 'no_statements', `There is no statement ${statement}. ${where}`);
  }
  const line = statement.trim().replace(/\s+/g, ' ');
  return { name: line.length > NAME_MAX ? `${line.slice(0, NAME_MAX)}…` : line, text: statement };
}

function describe({ after, before, changes, gaps, isFlipped, remedies, sentence, tried }: Bisection): string[] {
  return [
    sentence,
    `${changes} things differ of its tables; ${tried} plans were asked for.`,
    '',
    isFlipped ? 'Before:' : 'Its plan:',
    drawPlan(before),
    ...(isFlipped ? ['', 'After:', drawPlan(after)] : []),
    ...(remedies.length === 0
      ? []
      : [
          '',
          'What can be done:',
          ...remedies.map(({ sentence: what, sql }) => `  ${what}${sql === null ? '' : `\n    ${sql};`}`),
        ]),
    ...(gaps.length === 0
      ? []
      : ['', 'What the plans rest on without having it:', ...gaps.map((one) => `  ${one.sentence}`)]),
  ];
}
