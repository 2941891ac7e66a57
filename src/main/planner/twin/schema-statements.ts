/** A snapshot's schema as statements: types and functions, tables, indexes with the constraints that they stand behind, the rest. */

import { quoteName, quoteObject } from '../snapshot/quoting.ts';
import type {
  Snapshot,
  SnapshotColumn,
  SnapshotConstraint,
  SnapshotIndex,
  SnapshotObject,
  SnapshotRelation,
} from '../snapshot/snapshot.ts';

export interface SchemaStatement {
  /** For people: `public.orders`. */
  subject: string;
  text: string;
  /** The only kind of statement that the text may be, as the parser calls it. */
  node: string;
}

const OBJECT_NODES: Record<SnapshotObject['kind'], string> = {
  enum: 'CreateEnumStmt',
  domain: 'CreateDomainStmt',
  composite: 'CompositeTypeStmt',
  range: 'CreateRangeStmt',
  function: 'CreateFunctionStmt',
  view: 'ViewStmt',
  statistics: 'CreateStatsStmt',
  sequence: 'CreateSeqStmt',
  collation: 'DefineStmt',
};
/** Of a table's storage options, those that the planner reads. */
const PLANNED_OPTIONS = new Set(['fillfactor', 'parallel_workers']);

export function objectStatement({ schema, name, kind, definition }: SnapshotObject): SchemaStatement {
  return { subject: `${schema}.${name}`, text: definition.replace(/;\s*$/, ''), node: OBJECT_NODES[kind] };
}

/**
 * Without what no plan depends on: defaults, triggers, keys to other tables (see `foreignKeyStatements`), TOAST tables where Postgres
 * can be told that nothing is ever stored outside the row.
 * @param versionNumber of the twin's Postgres
 */
export function relationStatement(relation: SnapshotRelation, versionNumber: number): SchemaStatement {
  const { partitionOf, partitionKey, inherits } = relation;
  const checks = relation.constraints.filter(
    ({ kind, isValidated, isInherited }) => kind === 'check' && isValidated && !isInherited,
  );
  const constraints = checks.map(({ name, definition }) => `constraint ${quoteName(name)} ${definition}`);
  const columns = partitionOf
    ? relation.columns.filter(({ isNotNull }) => isNotNull).map(({ name }) => `${quoteName(name)} not null`)
    : relation.columns.map((column) => columnText(column, versionNumber));
  const body = [...columns, ...constraints].join(', ');
  const parts = [
    `create table ${quoteObject(relation)}`,
    partitionOf
      ? `partition of ${quoteObject(partitionOf)}${body === '' ? '' : ` (${body})`} ${partitionOf.bound}`
      : `(${body})`,
    inherits && inherits.length > 0 && !partitionOf ? `inherits (${inherits.map(quoteObject).join(', ')})` : '',
    partitionKey ? `partition by ${partitionKey}` : optionsText(relation.options),
  ];
  return {
    subject: `${relation.schema}.${relation.name}`,
    text: parts.filter((part) => part !== '').join(' '),
    node: 'CreateStmt',
  };
}

function columnText({ name, type, isNotNull, collation, generated, identity }: SnapshotColumn, versionNumber: number) {
  const parts = [quoteName(name), type];
  if (versionNumber >= 160_000) parts.push('storage plain');
  if (collation) parts.push(`collate ${collation}`);
  if (generated) {
    // Before 18 there were none that are computed when read; kept like the others, they cost a plan the same.
    const kind = generated.kind === 'virtual' && versionNumber >= 180_000 ? 'virtual' : 'stored';
    parts.push(`generated always as (${generated.expression}) ${kind}`);
  }
  if (identity) parts.push(`generated ${identity} as identity`);
  if (isNotNull) parts.push('not null');
  return parts.join(' ');
}

function optionsText(options: Record<string, string> = {}): string {
  const kept = Object.entries(options).filter(([name, value]) => PLANNED_OPTIONS.has(name) && /^\d+$/.test(value));
  return kept.length === 0 ? '' : `with (${kept.map(([name, value]) => `${name} = ${value}`).join(', ')})`;
}

/** In the order in which production made them: of two that cost the same, Postgres takes the one that was there first. */
export function indexStatements(snapshot: Snapshot): (SchemaStatement & { index: SnapshotIndex })[] {
  const behind = new Map<string, SnapshotConstraint>();
  for (const { schema, constraints } of snapshot.relations) {
    for (const constraint of constraints) {
      if (constraint.index) behind.set(JSON.stringify([schema, constraint.index]), constraint);
    }
  }
  return snapshot.indexes.map((index) => {
    const constraint = behind.get(JSON.stringify([index.schema, index.name]));
    const subject = `${index.schema}.${index.name}`;
    if (!constraint) return { subject, text: index.definition, node: 'IndexStmt', index };
    const { name, definition } = constraint;
    const text = `alter table only ${quoteObject(index.table)} add constraint ${quoteName(name)} ${definition}`;
    return { subject, text, node: 'AlterTableStmt', index };
  });
}

/** Joins are estimated by them. They are not checked, since there are no rows. */
export function foreignKeyStatements({ relations }: Snapshot): SchemaStatement[] {
  return relations.flatMap((relation) =>
    relation.constraints
      .filter(
        ({ kind, isInherited, definition }) => kind === 'foreign' && !isInherited && !/not enforced/i.test(definition),
      )
      .map(({ name, definition }) => {
        const needsCheck = relation.kind === 'partitioned' || /not valid\s*$/i.test(definition);
        return {
          subject: `${relation.schema}.${relation.name}`,
          text:
            `alter table ${quoteObject(relation)} add constraint ${quoteName(name)} ` +
            `${definition}${needsCheck ? '' : ' not valid'}`,
          node: 'AlterTableStmt',
        };
      }),
  );
}
