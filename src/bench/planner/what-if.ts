/** Indexes that a twin is asked about, and the same ones really built: their plans and their sizes side by side. */

import { escapeIdentifier } from 'pg';
import type { Snapshot } from '../../main/planner/snapshot/snapshot.ts';
import type { IndexDefinition, TrialIndex, Twin } from '../../main/planner/twin/twin.ts';
import { readShape } from '../../main/planner/workload/read-shape.ts';
import { indexSchema } from '../../main/planner/workload/schema-index.ts';
import type { StatementShape, WorkloadStatement } from '../../main/planner/workload/workload.ts';
import type { Pair } from './agreement.ts';
import type { Production } from './production.ts';

export interface Question {
  statement: WorkloadStatement;
  shape: StatementShape;
}

/** `loadParser()` has to be through. */
export function readQuestions(snapshot: Snapshot, statements: readonly WorkloadStatement[]): Question[] {
  const schema = indexSchema(snapshot);
  return statements.map((statement) => ({ statement, shape: readShape(statement.text, schema) }));
}

/** Every column that a condition, a join, an order or a group has, and pairs of an equality or a join with another of them. */
export function candidatesOf(questions: readonly Question[], isWide: boolean): IndexDefinition[] {
  const found = new Map<string, IndexDefinition>();
  const add = (schema: string, table: string, columns: readonly string[], include?: string) => {
    const keys = columns.map((column) => ({ column }));
    const definition = { schema, table, method: 'btree' as const, keys, ...(include ? { include: [include] } : {}) };
    found.set(JSON.stringify(definition), definition);
  };
  for (const { shape } of questions) {
    for (const use of shape.uses) {
      const schema = use.schema ?? 'public';
      const equal = unique([...use.equalities, ...use.joins].map(({ column }) => column));
      const others = unique([
        ...use.ranges.map(({ column }) => column),
        ...use.sort.map(({ column }) => column),
        ...use.group,
      ]);
      for (const column of unique([...equal, ...others])) add(schema, use.table, [column]);
      if (!isWide) continue;
      for (const first of equal) {
        const second = [...others, ...equal].find((column) => column !== first);
        if (second === undefined) continue;
        add(schema, use.table, [first, second]);
        add(schema, use.table, [first], second);
      }
    }
  }
  return [...found.values()];
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)];
}

export interface SizePair {
  name: string;
  realBytes: number;
  predictedBytes: number;
  /** As HypoPG 1.4 would say, by its formula as we read it. */
  hypopgBytes: number;
}

/** Builds each index for real, in a transaction that is taken back, under the trial's name so that plans can be compared. */
export async function compareWithBuilt(
  production: Production,
  twin: Twin,
  given: { trials: readonly TrialIndex[]; questions: readonly Question[] },
): Promise<{ plans: Pair[]; sizes: SizePair[] }> {
  const plans: Pair[] = [];
  const sizes: SizePair[] = [];
  for (const trial of given.trials) {
    const { schema, table } = trial.definition;
    const asking = given.questions.filter(({ shape }) => shape.uses.some((use) => use.table === table));
    await twin.configure({ trial: [trial.name], hidden: [] });
    await production.client.query('begin');
    try {
      await production.client.query(createText(trial));
      for (const { statement } of asking) {
        const name = `${statement.name} with ${describe(trial.definition)}`;
        const predicted = await twin.explain(statement.text);
        plans.push({ name, predicted, real: await production.explain(statement.text) });
      }
      const { rows } = await production.client.query<{ bytes: number }>(
        'select pg_relation_size($1::regclass)::float8 as bytes',
        [`${escapeIdentifier(schema)}.${escapeIdentifier(trial.name)}`],
      );
      const hypopgBytes = hypopgSize(twin.snapshot, trial.definition);
      const name = describe(trial.definition);
      sizes.push({ name, realBytes: rows[0]?.bytes ?? 0, predictedBytes: trial.sizeBytes, hypopgBytes });
    } finally {
      await production.client.query('rollback');
    }
  }
  await twin.configure({ trial: [], hidden: [] });
  return { plans, sizes };
}

function createText({ definition, name }: TrialIndex): string {
  const { include = [], keys, schema, table } = definition;
  const columns = keys.map(({ column }) => escapeIdentifier(column ?? '')).join(', ');
  const extra = include.length > 0 ? ` include (${include.map((column) => escapeIdentifier(column)).join(', ')})` : '';
  return `create index ${escapeIdentifier(name)} on ${escapeIdentifier(schema)}.${escapeIdentifier(table)} (${columns})${extra}`;
}

export function describe({ include = [], keys, table }: IndexDefinition): string {
  const extra = include.length > 0 ? ` include ${include.join(', ')}` : '';
  return `${table}(${keys.map(({ column }) => column).join(', ')})${extra}`;
}

/** Each column brings the header of a tuple and a line pointer of its own; a fifth for bloat on top of the fill factor. */
function hypopgSize({ relations }: Snapshot, { include = [], keys, table }: IndexDefinition): number {
  const relation = relations.find(({ name }) => name === table);
  const columns = [...keys.map(({ column }) => column), ...include];
  const widths = columns.map(
    (name) => relation?.columns.find((column) => column.name === name)?.statistics?.averageWidthBytes ?? 8,
  );
  const lineBytes = widths.reduce((sum, width) => sum + width, 0) + columns.length * (8 + 4);
  const pages = Math.ceil(((relation?.size.tuples ?? 0) * lineBytes * 1.3) / (8_192 - 24 - 16));
  return (pages + 1) * 8_192;
}
