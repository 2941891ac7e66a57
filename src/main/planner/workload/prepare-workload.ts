/**
 * Makes a workload ready to be planned: each statement read, its parameters' types asked of the twin, values drawn for them. What
 * cannot be planned is set aside, with the reason.
 */

import { AppError } from '../../foundation/errors.ts';
import type { Plan } from '../plans/plan.ts';
import type { Twin } from '../twin/twin.ts';
import { drawBindings } from './bindings.ts';
import { withGuessedNumbers } from './guessed-types.ts';
import { readShape } from './read-shape.ts';
import { indexSchema, type SchemaIndex } from './schema-index.ts';
import { loadParser } from './sql-tree.ts';
import type { Binding, StatementShape, WorkloadStatement } from './workload.ts';

export interface PreparedStatement {
  readonly statement: WorkloadStatement;
  readonly shape: StatementShape;
  /** Of $1, $2, …. */
  readonly types: readonly string[];
  /** At least one; their weights add up to one. */
  readonly bindings: readonly Binding[];
}

export interface SetAside {
  readonly statement: WorkloadStatement;
  /** A whole sentence for people. */
  readonly why: string;
}

export interface PreparedWorkload {
  readonly schema: SchemaIndex;
  readonly statements: readonly PreparedStatement[];
  readonly setAside: readonly SetAside[];
}

export interface PrepareOptions {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/** @throws the signal's reason */
export async function prepareWorkload(
  twin: Twin,
  workload: readonly WorkloadStatement[],
  { onProgress, signal }: PrepareOptions = {},
): Promise<PreparedWorkload> {
  await loadParser();
  const schema = indexSchema(twin.snapshot);
  const statements: PreparedStatement[] = [];
  const setAside: SetAside[] = [];
  for (const [done, statement] of workload.entries()) {
    signal?.throwIfAborted();
    const prepared = await prepare(twin, statement, schema);
    if ('why' in prepared) setAside.push(prepared);
    else statements.push(prepared);
    onProgress?.(done + 1, workload.length);
  }
  return { schema, statements, setAside };
}

async function prepare(
  twin: Twin,
  statement: WorkloadStatement,
  schema: SchemaIndex,
): Promise<PreparedStatement | SetAside> {
  try {
    return await prepareText(twin, statement, schema);
  } catch (error) {
    const why = reasonOf(error);
    const text = withGuessedNumbers(statement.text);
    if (text === undefined) return { statement, why };
    // What it says of the text as it came is what people can do something about.
    return prepareText(twin, { ...statement, text }, schema).catch(() => ({ statement, why }));
  }
}

async function prepareText(
  twin: Twin,
  statement: WorkloadStatement,
  schema: SchemaIndex,
): Promise<PreparedStatement | SetAside> {
  const shape = readShape(statement.text, schema);
  if (shape.kind === 'other') return { statement, why: 'It is no statement that has a plan.' };
  const types = await twin.parameterTypes(statement.text);
  const bindings = await keepPlannable(twin, statement.text, drawBindings(shape, { schema, types }));
  return { statement, shape, types, bindings };
}

/** A value that Postgres does not take (a domain's check, a number that is too large) leaves the others to stand for it. */
async function keepPlannable(twin: Twin, text: string, bindings: readonly Binding[]): Promise<Binding[]> {
  const kept: Binding[] = [];
  for (const binding of bindings) {
    try {
      await planBinding(twin, text, binding);
      kept.push(binding);
    } catch {
      // The generic plan below tells whether it was the values.
    }
  }
  const weight = kept.reduce((total, one) => total + one.weight, 0);
  if (weight > 0) return kept.map((one) => ({ ...one, weight: one.weight / weight }));
  await twin.explain(text);
  return [{ kind: 'none', weight: 1, params: [] }];
}

/** The statement's plan with these values; without any, the plan for every value. */
export function planBinding(twin: Twin, text: string, binding: Binding): Promise<Plan> {
  return binding.params.length > 0 ? twin.explain(text, { params: binding.params }) : twin.explain(text);
}

/** What one call costs, in the planner's units: the mean of its bindings by their weights. */
export async function costPerCall(twin: Twin, { bindings, statement }: PreparedStatement): Promise<number> {
  let cost = 0;
  for (const binding of bindings) cost += binding.weight * (await planBinding(twin, statement.text, binding)).cost;
  return cost;
}

function reasonOf(error: unknown): string {
  if (error instanceof AppError && error.code === 'unreadable_statement') return error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `It cannot be planned: ${message.replace(/\.$/, '')}.`;
}
