/**
 * How much of the database the statements touch within an hour, and how much memory their plans ask for: from the plans of the twin and
 * how often each is called. Pages that are fetched by chance are counted as Postgres itself does (Mackert and Lohman 1989).
 */

import { costNodes } from '../plans/node-costs.ts';
import type { PlanNode } from '../plans/plan.ts';
import { planTraits } from '../plans/plan-traits.ts';
import { createRelationFinder, type RelationFinder } from '../plans/relations.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Twin } from '../twin/twin.ts';
import { planBinding, prepareWorkload } from '../workload/prepare-workload.ts';
import type { WorkloadStatement } from '../workload/workload.ts';

export interface StatementMemory {
  name: string;
  bytes: number;
  spills: boolean;
  callsPerDay: number;
}

export interface Demand {
  /** Touched within an hour. */
  workingSetBytes: number;
  wholeBytes: number;
  /** The most first. */
  memory: StatementMemory[];
  /** Sessions that the statements keep busy in the mean, from calls and what each took; null where that was not counted. */
  busySessions: number | null;
}

export interface DemandOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((share: number) => void) | undefined;
}

const BLOCK_BYTES = 8_192;
const DAY_MS = 86_400_000;
/** Where nobody counted: once an hour. */
const CALLS_PER_DAY_ASSUMED = 24;
const HOURS = 24;

/** By relation or index, how much of it stays untouched within an hour. */
type Untouched = Map<string, { blocks: number; share: number }>;

export async function measureDemand(
  twin: Twin,
  workload: readonly WorkloadStatement[],
  { onProgress, signal }: DemandOptions = {},
): Promise<Demand> {
  const { snapshot } = twin;
  const { statements } = await prepareWorkload(twin, workload, signal ? { signal } : {});
  const untouched: Untouched = new Map();
  const memory: StatementMemory[] = [];
  const finder = createRelationFinder(snapshot);
  for (const [done, prepared] of statements.entries()) {
    signal?.throwIfAborted();
    const callsPerDay = prepared.statement.callsPerDay ?? CALLS_PER_DAY_ASSUMED;
    const needs = { name: prepared.statement.name, bytes: 0, spills: false, callsPerDay };
    for (const binding of prepared.bindings) {
      const { root } = await planBinding(twin, prepared.statement.text, binding);
      touch(root, { callsPerHour: (callsPerDay * binding.weight) / HOURS, finder, snapshot, untouched });
      const { memoryBytes, spills } = planTraits(root, snapshot);
      needs.bytes = Math.max(needs.bytes, memoryBytes);
      needs.spills ||= spills;
    }
    if (needs.bytes > 0) memory.push(needs);
    onProgress?.((done + 1) / statements.length);
  }
  return {
    workingSetBytes:
      [...untouched.values()].reduce((sum, { blocks, share }) => sum + blocks * (1 - share), 0) * BLOCK_BYTES,
    wholeBytes: wholeBytes(snapshot),
    memory: memory.sort((a, b) => b.bytes - a.bytes),
    busySessions: busySessions(workload),
  };
}

function wholeBytes({ indexes, relations }: Snapshot): number {
  const blocks =
    relations.reduce((sum, { size, toastBlocks }) => sum + size.blocks + toastBlocks, 0) +
    indexes.reduce((sum, { size }) => sum + size.blocks, 0);
  return blocks * BLOCK_BYTES;
}

function busySessions(workload: readonly WorkloadStatement[]): number | null {
  const counted = workload.filter(({ callsPerDay, meanMs }) => callsPerDay !== null && meanMs !== null);
  if (counted.length === 0) return null;
  return counted.reduce((sum, { callsPerDay, meanMs }) => sum + ((callsPerDay ?? 0) * (meanMs ?? 0)) / DAY_MS, 0);
}

interface Touching {
  callsPerHour: number;
  finder: RelationFinder;
  snapshot: Snapshot;
  untouched: Untouched;
}

function touch(root: PlanNode, touching: Touching): void {
  const { callsPerHour, finder, snapshot, untouched } = touching;
  const costs = costNodes(root);
  const add = (key: string, blocks: number, share: number) => {
    const before = untouched.get(key)?.share ?? 1;
    untouched.set(key, { blocks, share: before * (1 - Math.min(1, Math.max(0, share))) });
  };
  const walk = (node: PlanNode) => {
    const name = node['Relation Name'];
    const relation = name === undefined ? undefined : finder.relation(name, node.Schema);
    const times = callsPerHour * (costs.get(node)?.loops ?? 1);
    const index = snapshot.indexes.find((one) => one.name === node['Index Name']);
    if (index)
      add(`index ${index.schema}.${index.name}`, index.size.blocks, fetched(index.size.blocks, node, times, 1 / 100));
    if (relation) {
      const { blocks } = relation.size;
      const share = node['Node Type'] === 'Seq Scan' ? Math.min(1, callsPerHour) : fetched(blocks, node, times, 1);
      if (node['Node Type'] !== 'Index Only Scan') add(`table ${relation.schema}.${relation.name}`, blocks, share);
    }
    node.Plans?.forEach(walk);
  };
  walk(root);
}

/** @param perRow pages that each row asks for: entries of an index stand beside each other */
function fetched(blocks: number, node: PlanNode, times: number, perRow: number): number {
  if (blocks <= 0) return 0;
  const fetches = times * Math.max(1, node['Plan Rows'] * perRow);
  return Math.min(1, (2 * fetches) / (2 * blocks + fetches));
}
