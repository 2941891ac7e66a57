/**
 * Which statistics hold values that must not be seen: those of the columns that are named, of columns that refer to them or that
 * they refer to, of the same column of partitions and heirs, of generated columns, and of expressions in indexes. Together they are
 * a family: a value has one stand-in in all of it.
 */

import { Turns } from '../../foundation/turns.ts';
import type { Redaction } from './redaction.ts';
import type { ColumnStatistics, ObjectName, Snapshot, SnapshotColumn, SnapshotRelation } from './snapshot.ts';

export interface RedactedPart {
  type: string;
  statistics: ColumnStatistics;
}

export interface Family {
  mode: 'hashed' | 'omitted';
  parts: RedactedPart[];
}

/** Members that were joined have one root. */
class Unions {
  readonly #parents = new Map<string, string>();

  rootOf(member: string): string {
    let root = member;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root)) root = next;
    return root;
  }

  join(one: string, other: string): void {
    const [root, into] = [this.rootOf(one), this.rootOf(other)];
    if (root !== into) this.#parents.set(root, into);
  }
}

const keyOf = ({ name, schema }: ObjectName, column: string) => JSON.stringify([schema, name, column]);

/** What is omitted in one place is omitted in all of its family. */
export async function findFamilies(snapshot: Snapshot, { hash = [], omit = [] }: Redaction): Promise<Family[]> {
  const unions = joinColumns(snapshot);
  const [isHashed, isOmitted] = [matcherOf(hash), matcherOf(omit)];
  const modes = new Map<string, Family['mode']>();
  const turns = new Turns();
  for (const { column, relation } of columnsOf(snapshot)) {
    const path = `${relation.schema}.${relation.name}.${column.name}`;
    const root = unions.rootOf(keyOf(relation, column.name));
    if (isOmitted(path)) modes.set(root, 'omitted');
    else if (isHashed(path) && !modes.has(root)) modes.set(root, 'hashed');
    await turns.give();
  }
  await turns.give();
  return collectParts(snapshot, unions, modes);
}

function columnsOf({ relations }: Snapshot): { relation: SnapshotRelation; column: SnapshotColumn }[] {
  return relations.flatMap((relation) => relation.columns.map((column) => ({ relation, column })));
}

function joinColumns({ relations }: Snapshot): Unions {
  const unions = new Unions();
  for (const relation of relations) {
    for (const parent of [...(relation.partitionOf ? [relation.partitionOf] : []), ...(relation.inherits ?? [])]) {
      for (const { name } of relation.columns) unions.join(keyOf(relation, name), keyOf(parent, name));
    }
    for (const { columns, references } of relation.constraints) {
      columns.forEach((column, place) => {
        const other = references?.columns[place];
        if (references && other !== undefined) unions.join(keyOf(relation, column), keyOf(references, other));
      });
    }
  }
  return unions;
}

function collectParts(snapshot: Snapshot, unions: Unions, modes: ReadonlyMap<string, Family['mode']>): Family[] {
  const families = new Map<string, Family>();
  const modeOf = (relation: ObjectName, column: string) => modes.get(unions.rootOf(keyOf(relation, column)));
  const put = (key: string, mode: Family['mode'], part: RedactedPart) => {
    const family = families.get(key) ?? { mode, parts: [] };
    family.parts.push(part);
    families.set(key, family);
  };
  for (const { column, relation } of columnsOf(snapshot)) {
    const key = keyOf(relation, column.name);
    const mode = modeOf(relation, column.name) ?? modeOfText(column.generated?.expression, relation, modeOf);
    for (const statistics of [column.statistics, column.inheritedStatistics]) {
      if (mode && statistics) put(unions.rootOf(key), mode, { type: column.type, statistics });
    }
  }
  const tables = new Map(snapshot.relations.map((one) => [keyOf(one, ''), one]));
  for (const index of snapshot.indexes) {
    const relation = tables.get(keyOf(index.table, ''));
    for (const [place, statistics] of Object.entries(index.expressionStatistics ?? {})) {
      const key = index.keys[Number(place) - 1];
      const mode = relation && modeOfText(key?.expression, relation, modeOf);
      if (mode) put(`${keyOf(index, place)} of an index`, mode, { type: key?.type ?? '', statistics });
    }
  }
  return [...families.values()];
}

/** An expression holds what any column that is named in it holds; a name that only looks like one does no harm. */
function modeOfText(
  text: string | undefined,
  relation: SnapshotRelation,
  modeOf: (relation: ObjectName, column: string) => Family['mode'] | undefined,
): Family['mode'] | undefined {
  if (text === undefined) return undefined;
  const found = relation.columns.flatMap(({ name }) => (text.includes(name) ? (modeOf(relation, name) ?? []) : []));
  return found.includes('omitted') ? 'omitted' : found[0];
}

/** A pattern without a dot is of the column, one with a single dot of table and column. */
function matcherOf(patterns: readonly string[]): (path: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const missing = Math.max(0, 3 - pattern.split('.').length);
    const whole = `${'*.'.repeat(missing)}${pattern}`;
    const escaped = whole.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
    return new RegExp(`^${escaped}$`, 'is');
  });
  return (path) => expressions.some((one) => one.test(path));
}
