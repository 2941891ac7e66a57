/**
 * The review of a workload: every statement planned in the twin with common, middle and rare values, looked at by every rule, and
 * every cure tried. It touches no database but the twin, and the same snapshot and workload give the same report.
 */

import { createHash } from 'node:crypto';
import { readTables, type TableBook } from '../index-advice/table-facts.ts';
import { readPlan } from '../plans/read-plan.ts';
import { groupGaps } from '../snapshot/gap-groups.ts';
import type { Twin } from '../twin/twin.ts';
import { type PreparedStatement, planBinding, prepareWorkload, type SetAside } from '../workload/prepare-workload.ts';
import type { SchemaIndex } from '../workload/schema-index.ts';
import { parseStatement } from '../workload/sql-tree.ts';
import type { WorkloadStatement } from '../workload/workload.ts';
import { findAll } from './find-all.ts';
import { severityOrder } from './finding.ts';
import type { RepeatedStatement } from './rules/repeats.ts';
import type { Finding, ReviewedPlan, ReviewedStatement, ReviewReport, Severity, UnplannedStatement } from './schema.ts';
import { createGround, listSteps, type PlannedBinding, type ReviewGround } from './subject.ts';

export interface ReviewOptions {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
  /** What requests run again and again, as the ledger counts it. */
  repeats?: readonly RepeatedStatement[];
  /** Constants in plans are shown: they may be users' data. */
  showValues?: boolean;
}

/** @throws the signal's reason */
export async function reviewWorkload(
  twin: Twin,
  workload: readonly WorkloadStatement[],
  { onProgress, repeats = [], showValues = false, signal }: ReviewOptions = {},
): Promise<ReviewReport> {
  const prepared = await prepareWorkload(twin, workload, signal ? { signal } : {});
  const reviewer = createReviewer(twin, prepared.schema, { repeats, showValues });
  const statements: ReviewedStatement[] = [];
  for (const [done, statement] of prepared.statements.entries()) {
    signal?.throwIfAborted();
    statements.push(await reviewer(statement));
    onProgress?.(done + 1, prepared.statements.length);
  }
  shareCosts(statements);
  statements.sort(byConcern);
  const { database, server, takenAt } = twin.snapshot;
  return {
    format: 1,
    ...{ database, serverVersion: server.version, takenAt },
    engine: { kind: twin.engine.kind, version: twin.engine.version },
    gaps: groupGaps(twin.gaps),
    totals: totalsOf(statements, workload.length),
    statements,
    unplanned: prepared.setAside.map(toUnplanned),
  };
}

/** Reviews one statement after another of one twin. */
export type Reviewer = (statement: PreparedStatement) => Promise<ReviewedStatement>;

export function createReviewer(
  twin: Twin,
  schema: SchemaIndex,
  { repeats = [], showValues = false }: Pick<ReviewOptions, 'repeats' | 'showValues'> = {},
): Reviewer {
  const ground = createGround(twin.snapshot, schema);
  const desk = { twin, tables: readTables(twin.snapshot), repeats, showValues };
  return (statement) => reviewStatement(statement, ground, desk);
}

interface ReviewDesk {
  twin: Twin;
  tables: TableBook;
  repeats: readonly RepeatedStatement[];
  showValues: boolean;
}

async function reviewStatement(
  prepared: PreparedStatement,
  ground: ReviewGround,
  desk: ReviewDesk,
): Promise<ReviewedStatement> {
  const { statement } = prepared;
  const planned: PlannedBinding[] = [];
  for (const binding of prepared.bindings) {
    const plan = await planBinding(desk.twin, statement.text, binding);
    planned.push({ binding, plan, steps: listSteps(plan, ground.finder) });
  }
  const subject = { ...ground, prepared, tree: parseStatement(statement.text), planned };
  const findings = await findAll(subject, desk);
  const cost = planned.reduce((sum, { binding, plan }) => sum + binding.weight * plan.cost, 0);
  return {
    id: statementId(statement.name),
    name: statement.name,
    source: statement.source,
    origin: statement.origin ?? null,
    callsPerDay: statement.callsPerDay,
    meanMs: statement.meanMs,
    cost,
    worstCost: Math.max(...planned.map(({ plan }) => plan.cost)),
    share: null,
    severity: worstSeverity(findings),
    text: statement.text,
    unindexedBecause: statement.unindexedBecause ?? null,
    plans: differentPlans(planned, ground, desk.showValues),
    findings,
  };
}

/** For addresses: names of observed statements are texts. */
export function statementId(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 11);
}

/** Plans of one shape are shown once, as that of the dearest values. */
function differentPlans(planned: readonly PlannedBinding[], ground: ReviewGround, showValues: boolean): ReviewedPlan[] {
  const byShape = new Map<string, ReviewedPlan>();
  for (const { binding, plan } of [...planned].sort((a, b) => b.plan.cost - a.plan.cost)) {
    const read = readPlan(plan, { snapshot: ground.snapshot, showValues });
    const known = byShape.get(read.shapeId);
    if (!known) byShape.set(read.shapeId, { bindings: [binding.kind], weight: binding.weight, plan: read });
    else {
      known.weight = Math.min(1, known.weight + binding.weight);
      if (!known.bindings.includes(binding.kind)) known.bindings.push(binding.kind);
    }
  }
  return [...byShape.values()];
}

export function worstSeverity(findings: readonly Finding[]): Severity | null {
  const open = findings.filter(({ justification }) => justification === null);
  return severityOrder.find((severity) => open.some((one) => one.severity === severity)) ?? null;
}

/** Of the cost of all calls, where calls are counted. */
function shareCosts(statements: readonly ReviewedStatement[]): void {
  const total = statements.reduce((sum, { callsPerDay, cost }) => sum + (callsPerDay ?? 0) * cost, 0);
  for (const statement of statements) {
    if (statement.callsPerDay !== null && total > 0) statement.share = (statement.callsPerDay * statement.cost) / total;
  }
}

function byConcern(a: ReviewedStatement, b: ReviewedStatement): number {
  const rank = ({ severity }: ReviewedStatement) =>
    severity === null ? severityOrder.length : severityOrder.indexOf(severity);
  return (
    rank(a) - rank(b) ||
    (b.share ?? 0) - (a.share ?? 0) ||
    b.worstCost - a.worstCost ||
    a.name.localeCompare(b.name, 'en')
  );
}

function totalsOf(statements: readonly ReviewedStatement[], asked: number): ReviewReport['totals'] {
  const all = statements.flatMap(({ findings }) => findings);
  const open = all.filter(({ justification }) => justification === null);
  const count = (severity: Severity) => open.filter((one) => one.severity === severity).length;
  return {
    statements: asked,
    planned: statements.length,
    severe: count('severe'),
    concern: count('concern'),
    note: count('note'),
    justified: all.length - open.length,
  };
}

function toUnplanned({ statement, why }: SetAside): UnplannedStatement {
  return { name: statement.name, source: statement.source, origin: statement.origin ?? null, sentence: why };
}
