/** Reads types, functions, views and the smaller things, and puts each after what it needs. */

import type { ReadRows } from './connection.ts';
import type { LockFreeRead } from './lock-free-read.ts';
import { defineCollation, defineFunction, defineType, defineView, gapOfFunction } from './object-definitions.ts';
import * as queries from './object-queries.ts';
import type { Gap, SnapshotObject } from './snapshot.ts';

export interface ReadObjects {
  objects: SnapshotObject[];
  gaps: Gap[];
}

const MAX_FUNCTIONS = 5_000;
const MAX_VIEWS = 5_000;

interface Numbered {
  oid: number;
  object: SnapshotObject;
}

/** @param schemas null for all but Postgres's own */
export async function readObjects(
  query: ReadRows,
  lockFree: LockFreeRead,
  schemas: readonly string[] | null,
): Promise<ReadObjects> {
  const gaps: Gap[] = [];
  const collations = await query(queries.readCollations, [schemas]);
  const types = await query(queries.readTypes, [schemas]);
  const sequences = await query(queries.readSequences, [schemas]);
  const functions = await lockFree((blocked, isCareful) =>
    query(queries.readFunctions, [schemas, blocked, isCareful, MAX_FUNCTIONS]),
  );
  const views = await lockFree((blocked, isCareful) =>
    query(queries.readViews, [schemas, blocked, isCareful, MAX_VIEWS]),
  );
  if (functions.length === MAX_FUNCTIONS) gaps.push(tooMany('functions', MAX_FUNCTIONS));
  if (views.length === MAX_VIEWS) gaps.push(tooMany('views', MAX_VIEWS));
  const carried = await Promise.all(functions.map(stubWhatWrites));
  gaps.push(...carried.flatMap((one) => gapOfFunction(one) ?? []));
  const numbered: Numbered[] = [
    ...collations.map((one) => ({ oid: one.oid, object: defineCollation(one) })),
    ...types.map((one) => ({ oid: one.oid, object: defineType(one) })),
    ...sequences.map((one) => ({ oid: one.oid, object: smallObject(one, 'sequence') })),
    ...carried.map((one) => ({ oid: one.oid, object: defineFunction(one) })),
    ...views.flatMap((one) => {
      const { definition } = one;
      if (definition !== null) return [{ oid: one.oid, object: defineView({ ...one, definition }) }];
      gaps.push(heldView(one));
      return [];
    }),
  ];
  gaps.push(...types.filter(({ isCanonical }) => isCanonical).map(rangeGap));
  const statistics = await lockFree((blocked, isCareful) =>
    query(queries.readExtendedStatistics, [schemas, blocked, isCareful]),
  );
  gaps.push(...statistics.map(statisticsGap), ...(await readUncarried(query, schemas)));
  const objects = await inOrder(query, numbered);
  return { objects: [...objects, ...statistics.flatMap(definedStatistics)], gaps };
}

/** The planner puts a body that only reads in the place of its call; any other it never looks at. */
async function stubWhatWrites(row: queries.FunctionRow): Promise<queries.FunctionRow> {
  if (row.definition === null) return row;
  // Only where there is such a function: the parser takes 18 MB of a server that has no other use for it.
  const { isReadingFunction } = await import('./definition-check.ts');
  if (await isReadingFunction(row.definition)) return row;
  return { ...row, language: 'SQL that writes', definition: null };
}

function smallObject(
  { definition, name, schema }: queries.SmallObjectRow,
  kind: SnapshotObject['kind'],
): SnapshotObject {
  return { schema, name, kind, definition };
}

function tooMany(what: string, max: number): Gap {
  return { subject: what, sentence: `There are more than ${max} ${what}; the snapshot has the oldest ${max}.` };
}

function heldView({ name, schema }: queries.ViewRow): Gap {
  const subject = `view ${schema}.${name}`;
  return { subject, sentence: `${subject} reads a table that another session held, and is not in the snapshot.` };
}

function rangeGap({ name, schema }: queries.TypeRow): Gap {
  const subject = `type ${schema}.${name}`;
  return { subject, sentence: `${subject} has a canonical form of its own, which the twin does not know.` };
}

function definedStatistics({ definition, ...row }: queries.ExtendedStatisticsRow): SnapshotObject[] {
  return definition === null ? [] : [smallObject({ ...row, definition }, 'statistics')];
}

function statisticsGap(row: queries.ExtendedStatisticsRow): Gap {
  const subject = `statistics ${row.schema}.${row.name}`;
  return {
    subject,
    sentence: `${subject} on ${row.tableSchema}.${row.table}: what extended statistics found out cannot be restored, and the twin estimates those columns as if they were independent.`,
  };
}

async function readUncarried(query: ReadRows, schemas: readonly string[] | null): Promise<Gap[]> {
  const counted = await query(queries.countUncarried, [schemas]);
  return counted.map(({ count, kind, names }) => {
    const some = `${names.join(', ')}${count > names.length ? ' and others' : ''}`;
    return {
      subject: `${kind} ${some}`,
      sentence: `${count} of the kind “${kind}” made in this database (${some}) cannot be carried; statements that use them cannot be planned in the twin.`,
    };
  });
}

/** By number, and what is needed first. A circle is left as it is. */
async function inOrder(query: ReadRows, numbered: readonly Numbered[]): Promise<SnapshotObject[]> {
  const needs = new Map<number, number[]>();
  for (const { oid, needs: other } of await query(queries.readNeeds, [numbered.map(({ oid }) => oid)])) {
    needs.set(oid, [...(needs.get(oid) ?? []), other]);
  }
  return sortByNeeds(
    numbered,
    ({ oid }) => oid,
    ({ oid }) => needs.get(oid) ?? [],
  ).map(({ object }) => object);
}

/** Keeps the given order wherever nothing that is needed stands in its way. */
export function sortByNeeds<One, Key>(
  all: readonly One[],
  keyOf: (one: One) => Key,
  needsOf: (one: One) => readonly Key[],
): One[] {
  const byKey = new Map(all.map((one) => [keyOf(one), one]));
  const placed = new Set<Key>();
  const sorted: One[] = [];
  for (const first of all) {
    // Without recursion: a chain of views may be thousands long.
    const trail = placed.has(keyOf(first)) ? [] : [first];
    while (trail.length > 0) {
      const one = trail.at(-1) as One;
      placed.add(keyOf(one));
      const next = needsOf(one).find((key) => byKey.has(key) && !placed.has(key));
      if (next === undefined) {
        trail.pop();
        sorted.push(one);
      } else trail.push(byKey.get(next) as One);
    }
  }
  return sorted;
}
