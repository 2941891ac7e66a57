/**
 * Indexes that can go: one that is there twice, one whose work a wider one does, one that nothing reads, one that a failed build
 * left behind. Each is proven over the whole workload: it is hidden from the planner, with all that were found before it, and no
 * statement may become dearer. What stands behind a constraint, a foreign key or the replica identity is never proposed.
 */

import type { Snapshot, SnapshotIndex } from '../snapshot/snapshot.ts';
import type { AdvisedStatement } from './advised-statements.ts';
import type { Candidate } from './candidate.ts';
import type { CostBook } from './cost-book.ts';
import { doesWorkOf, orderOf } from './index-identity.ts';
import { EQUAL_WITHIN } from './options.ts';
import type { DropAdvice } from './schema.ts';
import { statementsByTable } from './search-state.ts';
import { type TableBook, type TableFacts, tableKey } from './table-facts.ts';

export interface DropProof {
  statementsChecked: number;
  /** 0.01 is a hundredth. */
  worstRise: number;
  worstStatement: string | null;
}

export interface ProvenDrop {
  table: TableFacts;
  index: SnapshotIndex;
  reason: DropAdvice['reason'];
  /** The index that does its work. */
  coveredBy: string | null;
  proof: DropProof;
}

export interface DropSources {
  snapshot: Snapshot;
  tables: TableBook;
  statements: readonly AdvisedStatement[];
  costs: CostBook;
  /** Those that are advised besides. */
  chosen: readonly Candidate[];
}

/** Of a smaller table Postgres reads every row and asks no index: that none is missed there proves nothing of the day when it has grown. */
const PROVING_ROWS_MIN = 5_000;

interface Suspect {
  table: TableFacts;
  index: SnapshotIndex;
  reason: DropAdvice['reason'];
  coveredBy: string | null;
}

export async function findDrops(sources: DropSources): Promise<ProvenDrop[]> {
  const { chosen, costs, statements } = sources;
  const byTable = statementsByTable(statements);
  const trial = new Set(chosen.map(({ place }) => place));
  const hidden = new Set<string>();
  const drops: ProvenDrop[] = [];
  for (const suspect of suspectsOf(sources, hidden)) {
    const name = fullName(suspect.index);
    // What does its work may itself have gone by now.
    if (suspect.coveredBy !== null && hidden.has(suspect.coveredBy)) continue;
    const concerned = byTable.get(suspect.table.key) ?? [];
    const without = new Set([...hidden, name]);
    const proof = await prove(concerned, { costs, trial, hidden: without });
    if (suspect.reason !== 'invalid' && proof.worstRise > EQUAL_WITHIN) continue;
    hidden.add(name);
    drops.push({ ...suspect, proof });
  }
  return drops;
}

/** What has a stand-in first: the stand-in itself may then be found unused, but not both be each other's. */
function* suspectsOf(sources: DropSources, hidden: ReadonlySet<string>): Generator<Suspect> {
  for (const look of [suspectInvalid, suspectCovered, suspectUnused]) {
    for (const table of sources.tables.tables) {
      // Those of partitions hang together with their parent's: none of them can go alone.
      if (table.relation.kind === 'partitioned') continue;
      for (const index of table.indexes.filter((one) => !hidden.has(fullName(one)))) {
        const suspect = look(index, table, { ...sources, hidden });
        if (!suspect || !isProvable(suspect)) continue;
        if (suspect.reason === 'invalid' || mayGo(index, table, { ...sources, hidden })) yield suspect;
      }
    }
  }
}

/** What is there twice or is not valid can go from any table. */
function isProvable({ reason, table }: Suspect): boolean {
  return reason === 'invalid' || reason === 'duplicate' || table.rows >= PROVING_ROWS_MIN;
}

type Looking = DropSources & { hidden: ReadonlySet<string> };

function suspectInvalid(index: SnapshotIndex, table: TableFacts): Suspect | undefined {
  return index.isValid || index.isNeeded ? undefined : { table, index, reason: 'invalid', coveredBy: null };
}

function suspectCovered(index: SnapshotIndex, table: TableFacts, { chosen, hidden }: Looking): Suspect | undefined {
  if (!index.isValid) return undefined;
  const order = orderOf(index);
  const others = table.indexes.filter((one) => one !== index && one.isValid && !hidden.has(fullName(one)));
  for (const other of others) {
    const work = doesWorkOf(orderOf(other), order);
    // Of two that are the same the younger goes, unless the other may not go either.
    if (work === 'same' && (isOlder(other, index, table) || !isFree(other))) {
      return { table, index, reason: 'duplicate', coveredBy: fullName(other) };
    }
    if (work === 'prefix') return { table, index, reason: 'prefix', coveredBy: fullName(other) };
  }
  const advised = chosen.some((one) => one.table === table && doesWorkOf(orderOf(one.definition), order) !== null);
  return advised ? { table, index, reason: 'superseded', coveredBy: null } : undefined;
}

function suspectUnused(index: SnapshotIndex, table: TableFacts): Suspect | undefined {
  return index.isValid && index.scans === 0 ? { table, index, reason: 'unused', coveredBy: null } : undefined;
}

/** In the order of the snapshot, which is that in which production made them. */
function isOlder(one: SnapshotIndex, other: SnapshotIndex, { indexes }: TableFacts): boolean {
  return indexes.indexOf(one) < indexes.indexOf(other);
}

function isFree({ isNeeded, isPrimary, isUnique }: SnapshotIndex): boolean {
  return !isNeeded && !isPrimary && !isUnique;
}

interface Surroundings {
  snapshot: Snapshot;
  hidden: ReadonlySet<string>;
}

/** Without an index on its columns a foreign key reads the whole table at each delete of a row that is pointed to. */
function mayGo(index: SnapshotIndex, table: TableFacts, { hidden, snapshot }: Surroundings): boolean {
  if (!isFree(index) || isReferenced(index, table, snapshot)) return false;
  const others = table.indexes.filter((one) => one !== index && one.isValid && !hidden.has(fullName(one)));
  return table.relation.constraints
    .filter(({ columns, kind }) => kind === 'foreign' && serves(index, columns))
    .every(({ columns }) => others.some((other) => serves(other, columns)));
}

function serves(index: SnapshotIndex, columns: readonly string[]): boolean {
  const first = index.keys.slice(0, columns.length).map(({ column }) => column);
  return index.method === 'btree' && index.predicate === undefined && columns.every((one) => first.includes(one));
}

function isReferenced(index: SnapshotIndex, table: TableFacts, { relations }: Snapshot): boolean {
  return relations.some(({ constraints }) =>
    constraints.some(
      ({ index: behind, kind, references }) =>
        kind === 'foreign' &&
        behind === index.name &&
        references !== undefined &&
        tableKey(references.schema, references.name) === table.key,
    ),
  );
}

async function prove(
  statements: readonly AdvisedStatement[],
  { costs, hidden, trial }: { costs: CostBook; trial: ReadonlySet<number>; hidden: ReadonlySet<string> },
): Promise<DropProof> {
  let worstRise = 0;
  let worstStatement: string | null = null;
  for (const one of statements) {
    const before = await costs.cost(one, { trial, hidden: new Set() });
    const after = await costs.cost(one, { trial, hidden });
    const rise = before > 0 ? after / before - 1 : 0;
    if (rise > worstRise) [worstRise, worstStatement] = [rise, one.statement.name];
  }
  return { statementsChecked: statements.length, worstRise, worstStatement };
}

export function fullName({ name, schema }: { schema: string; name: string }): string {
  return `${schema}.${name}`;
}
