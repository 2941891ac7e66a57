/**
 * All candidates that a workload asks for, each once, without those whose work an index that is there already does. What one
 * statement is worth decides which are kept where there would be too many to make.
 */

import type { Snapshot } from '../snapshot/snapshot.ts';
import type { AdvisedStatement, AdvisedUse } from './advised-statements.ts';
import { type BtreeAsk, btreeKeyLists } from './btree-candidates.ts';
import type { CandidateDraft } from './candidate.ts';
import { doesWorkOf, identityOf, orderOf, quoteName } from './index-identity.ts';
import { MATERIAL_COST, MINIMUM_SHARE } from './options.ts';
import {
  coveringIndexes,
  expressionIndexes,
  otherKinds,
  type PatternSupport,
  partialIndexes,
} from './special-candidates.ts';
import { sum, type TableFacts } from './table-facts.ts';

const BLOCK_BYTES = 8192;
/** Indexes that are made in the twin, over all partitions: some milliseconds each. */
const MAX_TRIALS = 2_400;
/** Of a table with very many partitions at least these. */
const MIN_TRIALS_PER_TABLE = 12;

export interface Gathered {
  drafts: readonly CandidateDraft[];
  /** Candidates that were left out because there were too many. */
  omitted: number;
}

export interface GatherOptions {
  snapshot: Snapshot;
  minimumTableBytes: number;
}

export function gatherCandidates(
  statements: readonly AdvisedStatement[],
  { minimumTableBytes, snapshot }: GatherOptions,
): Gathered {
  const support = patternSupport(snapshot);
  const popularity = countEqualities(statements);
  const found = new Map<string, { draft: CandidateDraft; worth: number }>();
  const total = sum(statements.map(({ baseCost, weight }) => weight * baseCost));
  for (const statement of statements) {
    const worth = statement.weight * statement.baseCost;
    // Whatever it gains, no one would notice it.
    if (statement.baseCost < MATERIAL_COST && worth < MINIMUM_SHARE * total) continue;
    for (const { table, use } of statement.uses) {
      if (table.blocks * BLOCK_BYTES < minimumTableBytes) continue;
      const ask = { use, table, popularity: (column: string) => popularity.get(`${table.key} ${column}`) ?? 0 };
      for (const draft of draftsFor(ask, support)) {
        if (isThere(draft, table)) continue;
        const identity = identityOf(draft.definition);
        found.set(identity, { draft, worth: worth + (found.get(identity)?.worth ?? 0) });
      }
    }
  }
  return withinLimit([...found.values()].sort((a, b) => b.worth - a.worth).map(({ draft }) => draft));
}

function draftsFor(ask: BtreeAsk, support: PatternSupport): CandidateDraft[] {
  const { table } = ask;
  const lists = btreeKeyLists(ask);
  const parts = [
    ...lists.map((keys) => ({ method: 'btree' as const, keys: [...keys] })),
    ...coveringIndexes(ask, lists),
    ...partialIndexes(ask),
    ...expressionIndexes(ask),
    ...otherKinds(ask, support),
  ];
  const { name, schema } = table.relation;
  return parts.map((part) => ({ table, definition: { schema, table: name, ...part } }));
}

function isThere({ definition }: CandidateDraft, table: TableFacts): boolean {
  const order = orderOf(definition);
  return table.indexes.some((index) => index.isValid && doesWorkOf(orderOf(index), order) !== null);
}

/** In how many places each column is compared for equality. */
function countEqualities(statements: readonly AdvisedStatement[]): Map<string, number> {
  const counts = new Map<string, number>();
  const uses: AdvisedUse[] = statements.flatMap((statement) => [...statement.uses]);
  for (const { table, use } of uses) {
    const columns = [...use.equalities, ...use.joins].map(({ column }) => `${table.key} ${column}`);
    for (const column of new Set(columns)) counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  return counts;
}

function withinLimit(drafts: readonly CandidateDraft[]): Gathered {
  const perTable = new Map<TableFacts, number>();
  let trials = 0;
  const kept = drafts.filter(({ table }) => {
    const ofTable = perTable.get(table) ?? 0;
    const isMade = trials + table.leaves.length <= MAX_TRIALS || ofTable < MIN_TRIALS_PER_TABLE;
    if (!isMade) return false;
    perTable.set(table, ofTable + 1);
    trials += table.leaves.length;
    return true;
  });
  return { drafts: kept, omitted: drafts.length - kept.length };
}

function patternSupport({ extensions }: Snapshot): PatternSupport {
  const extension = extensions.find(({ name }) => name === 'pg_trgm');
  return { trigramOperatorClass: extension ? `${quoteName(extension.schema)}.gin_trgm_ops` : null };
}
