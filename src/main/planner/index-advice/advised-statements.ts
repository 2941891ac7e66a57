/**
 * The workload as the advisor goes by it: each statement with what it asks of which table, the calls that stand for all its
 * calls, and how much a planner's unit of it weighs. Where the server measured, a statement that takes longer than its cost says
 * weighs more, within bounds.
 */

import type { Twin } from '../twin/twin.ts';
import { type PreparedStatement, planBinding, prepareWorkload } from '../workload/prepare-workload.ts';
import type { Binding, StatementShape, TableUse, WorkloadStatement } from '../workload/workload.ts';
import { sum, type TableBook, type TableFacts } from './table-facts.ts';

/** Where nobody counted at all, each is taken to be called as often as any other. */
const ASSUMED_CALLS_PER_DAY = 1_000;
/** Where others were counted, one that was not is rare. */
const UNSEEN_CALLS_PER_DAY = 1;
/** How far what was measured may move a statement's weight from what its cost says. */
const MAX_CALIBRATION = 5;

export interface AdvisedUse {
  use: TableUse;
  table: TableFacts;
}

export interface AdvisedStatement {
  /** Among all of them, from 0. */
  readonly place: number;
  readonly statement: WorkloadStatement;
  readonly shape: StatementShape;
  readonly calls: readonly Binding[];
  readonly callsPerDay: number;
  readonly uses: readonly AdvisedUse[];
  readonly tables: ReadonlySet<string>;
  /** Of one call today, in the planner's units. */
  readonly baseCost: number;
  /** Rows that it finds, by the estimate: those that an UPDATE changes. */
  readonly rows: number;
  /** What its cost is multiplied by for a day's. */
  readonly weight: number;
}

export interface WrittenTable {
  table: TableFacts;
  kind: StatementShape['kind'];
  rowsPerDay: number;
  sets: readonly string[];
}

export interface AdvisedWorkload {
  readonly statements: readonly AdvisedStatement[];
  readonly writes: readonly WrittenTable[];
  readonly notPlanned: readonly { statement: string; sentence: string }[];
  /** Null where nobody counted calls. */
  readonly callsPerDay: number | null;
  /** Of those that were measured: milliseconds for a unit of cost, the median. */
  readonly millisecondsPerCost: number | null;
}

export interface ReadOptions {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Reads and plans every statement once. What the twin cannot plan is said, and left out.
 *
 * @throws the signal's reason
 */
export async function readWorkload(
  twin: Twin,
  workload: readonly WorkloadStatement[],
  tables: TableBook,
  options: ReadOptions = {},
): Promise<AdvisedWorkload> {
  const isCounted = workload.some(({ callsPerDay }) => callsPerDay !== null);
  const prepared = await prepareWorkload(twin, workload, options);
  const statements: Omit<AdvisedStatement, 'weight'>[] = [];
  const writes: WrittenTable[] = [];
  for (const one of prepared.statements) {
    options.signal?.throwIfAborted();
    const callsPerDay = one.statement.callsPerDay ?? (isCounted ? UNSEEN_CALLS_PER_DAY : ASSUMED_CALLS_PER_DAY);
    const planned = await planStatement(twin, one, { callsPerDay, tables, place: statements.length });
    writes.push(...writesOf(planned, tables));
    if (planned.uses.length > 0) statements.push(planned);
  }
  const millisecondsPerCost = medianRatio(statements);
  return {
    statements: statements.map((one) => ({ ...one, weight: weigh(one, millisecondsPerCost) })),
    writes,
    notPlanned: prepared.setAside.map(({ statement, why }) => ({ statement: statement.name, sentence: why })),
    callsPerDay: isCounted ? sum(workload.map((one) => one.callsPerDay ?? 0)) : null,
    millisecondsPerCost,
  };
}

interface Given {
  place: number;
  callsPerDay: number;
  tables: TableBook;
}

async function planStatement(
  twin: Twin,
  { bindings, shape, statement }: PreparedStatement,
  { callsPerDay, place, tables }: Given,
): Promise<Omit<AdvisedStatement, 'weight'>> {
  const uses = shape.uses.flatMap((use) => {
    const table = tables.find(use.schema, use.table);
    return table ? [{ use, table }] : [];
  });
  let baseCost = 0;
  let rows = 0;
  for (const binding of bindings) {
    const { cost, root } = await planBinding(twin, statement.text, binding);
    const found = root['Node Type'] === 'ModifyTable' ? (root.Plans?.[0]?.['Plan Rows'] ?? 1) : root['Plan Rows'];
    baseCost += binding.weight * cost;
    rows += binding.weight * found;
  }
  const found = new Set(uses.map(({ table }) => table.key));
  return { place, statement, shape, calls: bindings, callsPerDay, uses, tables: found, baseCost, rows };
}

function writesOf(planned: Omit<AdvisedStatement, 'weight'>, tables: TableBook): WrittenTable[] {
  const { callsPerDay, rows, shape, uses } = planned;
  const target = shape.target && tables.find(shape.target.schema, shape.target.table);
  if (!target || shape.kind === 'select') return [];
  const sets = uses.filter(({ table }) => table === target).flatMap(({ use }) => use.sets);
  const rowsPerDay = callsPerDay * Math.max(rows, 1);
  const written = { table: target, kind: shape.kind, rowsPerDay, sets };
  // An insert that updates what is there already is taken for the one as often as for the other.
  return shape.kind === 'insert' && sets.length > 0 ? [written, { ...written, kind: 'update' }] : [written];
}

function medianRatio(statements: readonly Omit<AdvisedStatement, 'weight'>[]): number | null {
  const ratios = statements
    .flatMap(({ baseCost, statement: { meanMs } }) => (meanMs !== null && baseCost > 0 ? [meanMs / baseCost] : []))
    .sort((a, b) => a - b);
  return ratios[Math.floor(ratios.length / 2)] ?? null;
}

function weigh({ baseCost, callsPerDay, statement }: Omit<AdvisedStatement, 'weight'>, usual: number | null): number {
  if (usual === null || usual <= 0 || statement.meanMs === null || baseCost <= 0) return callsPerDay;
  const calibration = statement.meanMs / baseCost / usual;
  return callsPerDay * Math.min(Math.max(calibration, 1 / MAX_CALIBRATION), MAX_CALIBRATION);
}
