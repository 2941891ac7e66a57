/** What a step of a plan is worth a second look for, in one sentence each. What to do about it is the review's. */

import type { Snapshot, SnapshotRelation } from '../snapshot/snapshot.ts';
import { byteWords, countWords } from './figures.ts';
import { hashMemBytes, memoryNeed, workMemBytes } from './memory.ts';
import type { NodeCost } from './node-costs.ts';
import type { PlanNode } from './plan.ts';
import type { PlanEstimate, PlanWarning } from './schema.ts';

export interface WarningSurroundings {
  node: PlanNode;
  parent: PlanNode | undefined;
  relation: SnapshotRelation | undefined;
  snapshot: Snapshot | undefined;
  cost: NodeCost;
  estimate: PlanEstimate;
}

const BLOCK_BYTES = 8_192;
/** A smaller table is read whole with good reason: 8 MB. */
export const LARGE_BLOCKS = 1_000;
const MANY_LOOPS = 10_000;
const KEPT_MAX = 0.1;
/** Less is filtered out by the way. */
const FILTERED_ROWS_MIN = 1_000;

export function warningsOf(about: WarningSurroundings): PlanWarning[] {
  return [readsAll, filtersMost, spills, manyLoops, cartesian, uncertain]
    .map((look) => look(about))
    .filter((one) => one !== undefined);
}

function readsAll({ node, relation }: WarningSurroundings): PlanWarning | undefined {
  if (node['Node Type'] !== 'Seq Scan' || !relation || relation.size.blocks < LARGE_BLOCKS) return undefined;
  const { blocks, tuples } = relation.size;
  const rows = tuples < 0 ? '' : ` (about ${countWords(tuples)} rows)`;
  const kept = node.Filter ? `, to keep about ${countWords(node['Plan Rows'])} rows` : '';
  return {
    kind: 'reads_all',
    sentence: `Reads all ${byteWords(blocks * BLOCK_BYTES)} of ${relation.name}${rows}${kept}.`,
  };
}

function filtersMost({ node }: WarningSurroundings): PlanWarning | undefined {
  const [bitmap] = node.Plans ?? [];
  if (node['Node Type'] !== 'Bitmap Heap Scan' || !node.Filter || !bitmap) return undefined;
  const [kept, read] = [node['Plan Rows'], bitmap['Plan Rows']];
  if (read < FILTERED_ROWS_MIN || kept > read * KEPT_MAX) return undefined;
  return {
    kind: 'filters_most',
    sentence: `Fetches about ${countWords(read)} rows by the index, and throws away all but ${countWords(kept)}.`,
  };
}

function spills({ node, parent, snapshot }: WarningSurroundings): PlanWarning | undefined {
  // How far a LIMIT reaches is told by its rows: the sort below it keeps no more.
  const limit = parent?.['Node Type'] === 'Limit' ? parent['Plan Rows'] : undefined;
  const need = memoryNeed(node, limit);
  if (!need || !snapshot) return undefined;
  const { server, settings } = snapshot;
  const allowed = need.kind === 'sort' ? workMemBytes(settings) : hashMemBytes(settings, server.versionNumber);
  if (need.bytes <= allowed) return undefined;
  const what = { sort: 'sort', hash: 'hash table', aggregate: 'table of groups' }[need.kind];
  return {
    kind: 'spills',
    sentence: `The ${what} needs about ${byteWords(need.bytes)} and may take ${byteWords(allowed)}: the rest goes to disk.`,
  };
}

function manyLoops({ cost, node }: WarningSurroundings): PlanWarning | undefined {
  if (node['Parent Relationship'] !== 'Inner' || cost.loops < MANY_LOOPS) return undefined;
  return { kind: 'many_loops', sentence: `It is run about ${countWords(cost.loops)} times.` };
}

function cartesian({ node }: WarningSurroundings): PlanWarning | undefined {
  if (node['Node Type'] !== 'Nested Loop' || node['Join Filter'] !== undefined) return undefined;
  const [outer, inner] = node.Plans ?? [];
  if (!outer || !inner || Math.min(outer['Plan Rows'], inner['Plan Rows']) < 2) return undefined;
  if (asksOutside(inner)) return undefined;
  return {
    kind: 'cartesian',
    sentence: `Joins each of ${countWords(outer['Plan Rows'])} rows with each of ${countWords(inner['Plan Rows'])}.`,
  };
}

/** Whether anything below may depend on the row outside. */
function asksOutside(node: PlanNode): boolean {
  const { Filter, 'Cache Key': key, 'Function Name': called, 'Index Cond': index, 'TID Cond': tid } = node;
  return [Filter, key, called, index, tid].some((one) => one !== undefined) || (node.Plans ?? []).some(asksOutside);
}

function uncertain({ estimate, node }: WarningSurroundings): PlanWarning | undefined {
  if (estimate.certainty === 'measured' && estimate.factor >= 10) {
    const [estimated, real] = [countWords(node['Plan Rows']), countWords(estimate.realRows ?? 0)];
    return { kind: 'misestimated', sentence: `Postgres expects ${estimated} rows; there were ${real}.` };
  }
  const [reason] = estimate.reasons;
  if (estimate.certainty !== 'uncertain' || reason === undefined) return undefined;
  const kind = /never analysed|no statistics of \S+\.\S+/.test(reason) ? 'not_analyzed' : 'uncertain';
  return { kind, sentence: `Its rows may be wrong by a factor of ${countWords(estimate.factor)}. ${reason}` };
}
