/** Whether a value has the shape of a snapshot, and whether what it says can be true of one database. */

import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ColumnStatistics, ObjectName, Snapshot } from './snapshot.ts';
import { SnapshotShape } from './snapshot-schema.ts';

const MAX_NAME_BYTES = 63;
/** Sparse files cost no disk, but a file system has its limits: 64 TiB in all. */
const MAX_TOTAL_BLOCKS = 8_589_934_592;

let compiled: ReturnType<typeof Compile<typeof SnapshotShape>> | undefined;

/** The first fault, as the rest of a sentence. */
export function findFault(value: unknown): string | undefined {
  compiled ??= Compile(SnapshotShape);
  if (!compiled.Check(value)) {
    const [first] = compiled.Errors(value);
    return first ? `${first.instancePath || 'it'} ${first.message}` : 'it has another shape';
  }
  return faultOf(value);
}

function faultOf(snapshot: Static<typeof SnapshotShape>): string | undefined {
  // The compiler's word that the shape and the interface are the same.
  const same: Snapshot = snapshot;
  return findLongName(same) ?? findDouble(same) ?? findStray(same) ?? findBadStatistics(same) ?? findExcess(same);
}

function findLongName(snapshot: Snapshot): string | undefined {
  const names = [
    ...[snapshot.database, ...snapshot.schemas, ...snapshot.searchPath],
    ...[...snapshot.objects, ...snapshot.indexes].flatMap(({ name, schema }) => [schema, name]),
    ...snapshot.relations.flatMap(({ columns, constraints, name, schema }) => [
      ...[schema, name],
      ...[...columns, ...constraints].map((one) => one.name),
    ]),
  ];
  const long = names.find((name) => Buffer.byteLength(name) > MAX_NAME_BYTES);
  return long === undefined ? undefined : `the name ${long} is longer than ${MAX_NAME_BYTES} bytes`;
}

const keyOf = ({ name, schema }: ObjectName) => JSON.stringify([schema, name]);

function findDouble({ indexes, relations }: Snapshot): string | undefined {
  const seen = new Set<string>();
  for (const one of [...relations, ...indexes]) {
    if (seen.has(keyOf(one))) return `${one.schema}.${one.name} is there twice`;
    seen.add(keyOf(one));
  }
  for (const { columns, name, schema } of relations) {
    if (new Set(columns.map((one) => one.name)).size < columns.length) return `${schema}.${name} has a column twice`;
  }
  return undefined;
}

/** Parents come before their heirs, so that there can be no circle. */
function findStray({ indexes, relations, schemas }: Snapshot): string | undefined {
  const known = new Set<string>();
  const inSchemas = new Set(schemas);
  for (const one of relations) {
    const parents = [...(one.partitionOf ? [one.partitionOf] : []), ...(one.inherits ?? [])];
    const missing = parents.find((parent) => !known.has(keyOf(parent)));
    if (missing) return `${one.schema}.${one.name} comes before what it inherits from`;
    if (!inSchemas.has(one.schema)) return `the schema ${one.schema} is not there`;
    known.add(keyOf(one));
  }
  const stray = indexes.find(({ table }) => !known.has(keyOf(table)));
  return stray && `the index ${stray.schema}.${stray.name} has no table`;
}

function findBadStatistics({ indexes, relations }: Snapshot): string | undefined {
  for (const relation of relations) {
    for (const { inheritedStatistics, name, statistics } of relation.columns) {
      const fault = [statistics, inheritedStatistics].find((one) => one && !isConsistent(one));
      if (fault) return `the statistics of ${relation.schema}.${relation.name}.${name} contradict themselves`;
    }
  }
  const bad = indexes.find((one) => Object.values(one.expressionStatistics ?? {}).some((each) => !isConsistent(each)));
  return bad && `the statistics of ${bad.schema}.${bad.name} contradict themselves`;
}

/** What Postgres relies on without looking: as many frequencies as values, and two bounds at least. */
function isConsistent(one: ColumnStatistics): boolean {
  const { commonElementFrequencies, commonElements, commonFrequencies, commonValues, ends, histogram } = one;
  const further = (commonElementFrequencies?.length ?? 0) - (commonElements?.length ?? 0);
  return (
    (commonValues?.length ?? 0) === (commonFrequencies?.length ?? 0) &&
    (histogram === undefined || histogram.length >= 2) &&
    (ends === undefined || ends.length === 2) &&
    (commonElements === undefined ? further === 0 : further >= 0 && further <= 3)
  );
}

function findExcess({ indexes, relations }: Snapshot): string | undefined {
  const blocks = [...relations, ...indexes].reduce((sum, one) => sum + one.size.blocks, 0);
  return blocks > MAX_TOTAL_BLOCKS ? 'it is larger than a twin can be' : undefined;
}
