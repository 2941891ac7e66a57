/**
 * How a chosen index can grow: by one more key that some statement of its table asks for, into a wider candidate that begins with
 * it, or by columns carried along so that the table need not be read. Each takes the place of the index that it grew from.
 */

import type { AdvisedUse } from './advised-statements.ts';
import { unique } from './btree-candidates.ts';
import type { Candidate, CandidateDraft } from './candidate.ts';
import { isRelevant } from './cost-book.ts';
import { doesWorkOf, orderOf } from './index-identity.ts';
import { MAX_KEYS } from './options.ts';
import type { Move, SearchInput, SearchState } from './search-state.ts';
import { coveringIndexes } from './special-candidates.ts';

const MAX_ATTRIBUTES = 12;

export async function extensionsOf(added: readonly number[], state: SearchState, input: SearchInput): Promise<Move[]> {
  const { candidates } = input;
  const moves: Move[] = [];
  for (const place of added.filter((one) => state.chosen.has(one))) {
    const chosen = candidates.get(place);
    if (chosen.definition.method !== 'btree') continue;
    const grown = await candidates.add(grow(chosen, input));
    const wider = candidates.all.filter((one) => one.table === chosen.table && isWider(one, chosen));
    moves.push(...unique([...grown, ...wider]).map((one) => ({ add: [one.place], remove: [place] })));
  }
  return moves;
}

function isWider(one: Candidate, other: Candidate): boolean {
  return one !== other && doesWorkOf(orderOf(one.definition), orderOf(other.definition)) === 'prefix';
}

function grow(chosen: Candidate, { statements }: SearchInput): CandidateDraft[] {
  const { definition, table } = chosen;
  const uses = statements
    .filter((one) => isRelevant(one, chosen))
    .flatMap((one) => one.uses.filter((use) => use.table === table));
  const held = new Set(definition.keys.map(({ column }) => column));
  const drafts: CandidateDraft[] = [];
  if (definition.keys.length < MAX_KEYS && !definition.include?.length) {
    for (const column of attributesOf(uses).filter((one) => !held.has(one) && table.columns.has(one))) {
      drafts.push({ table, definition: { ...definition, keys: [...definition.keys, { column }] } });
    }
  }
  for (const { use } of uses) {
    const ask = { use, table, popularity: () => 0 };
    for (const { include } of coveringIndexes(ask, [definition.keys])) {
      drafts.push({ table, definition: { ...definition, ...(include ? { include } : {}) } });
    }
  }
  return drafts;
}

/** Those that most places ask for first. */
function attributesOf(uses: readonly AdvisedUse[]): string[] {
  const counts = new Map<string, number>();
  for (const { use } of uses) {
    const asked = [
      ...[...use.equalities, ...use.ranges, ...use.joins, ...use.sort].map(({ column }) => column),
      ...use.group,
    ];
    for (const column of new Set(asked)) counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  return [...counts.entries()]
    .sort(([a, some], [b, others]) => others - some || a.localeCompare(b))
    .slice(0, MAX_ATTRIBUTES)
    .map(([column]) => column);
}
