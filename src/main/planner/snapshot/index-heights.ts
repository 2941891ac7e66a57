/**
 * How high B-trees are, told by production's planner without an extension and without reading a row: it counts 50 operators for
 * each level of an index that it descends, and `ceil(log2(rows))` more, before the first row (btcostestimate in selfuncs.c, alike in
 * Postgres 14 to 18). With an operator's cost at 1 the levels are read off the plan of `order by` its keys, which names the index.
 */

import { adHocStatement } from '../../database/index.ts';
import type { ReadRows } from './connection.ts';
import { probeInLots } from './probe-lots.ts';
import { quoteName, quoteObject } from './quoting.ts';
import type { Snapshot, SnapshotIndex } from './snapshot.ts';

const OPERATORS_PER_LEVEL = 50;
/** Of fewer blocks the only one behind the first is the root. */
const LEAST_BLOCKS = 3;

interface PlanNode {
  'Startup Cost': number;
  'Index Name'?: string;
  Schema?: string;
  Plans?: PlanNode[];
}

export interface HeightOptions {
  /** Its indexes are told their height. */
  snapshot: Snapshot;
  /** Whether the table may be read now, by its schema and name. */
  isSeen(schema: string, table: string): boolean;
  endAtMs: number;
}

/** What is not read is guessed by the twin: of parts of rows and of expressions, and where another index does the same for less. */
export async function readIndexHeights(query: ReadRows, { endAtMs, isSeen, snapshot }: HeightOptions): Promise<void> {
  const probes = snapshot.indexes.filter((index) => isPlain(index) && isSeen(index.table.schema, index.table.name));
  const byName = new Map(probes.map((index) => [keyOf(index.schema, index.name), index]));
  await query(heightSettings, []);
  await probeInLots(query, probes, {
    endAtMs,
    ask: async (asked) => {
      const [row] = await query(heightStatement(asked), []);
      for (const { Plan: plan } of row?.['QUERY PLAN'] ?? []) readHeights(plan, byName);
    },
  });
}

const keyOf = (schema: string, name: string) => JSON.stringify([schema, name]);

function isPlain({ isValid, keys, method, predicate, size }: SnapshotIndex): boolean {
  return (
    method === 'btree' &&
    isValid &&
    predicate === undefined &&
    size.blocks >= LEAST_BLOCKS &&
    keys.every(({ collation, column, operatorClass }) => column !== undefined && !operatorClass && !collation)
  );
}

function readHeights(node: PlanNode, byName: ReadonlyMap<string, SnapshotIndex>): void {
  const index = byName.get(keyOf(node.Schema ?? '', node['Index Name'] ?? ''));
  // The rows' share of it is less than a level's.
  if (index) index.height = Math.max(0, Math.floor(node['Startup Cost'] / OPERATORS_PER_LEVEL) - 1);
  for (const child of node.Plans ?? []) readHeights(child, byName);
}

const heightSettings = adHocStatement<[], never>({
  name: 'planner.heightSettings',
  lane: 'background',
  deadlineMs: 5_000,
  text: "select pg_catalog.set_config('cpu_operator_cost', '1', true)",
});

function heightStatement(indexes: readonly SnapshotIndex[]) {
  const text = indexes
    .map(({ keys, table }) => {
      const order = keys.map(
        ({ column = '', isDescending = false, nullsFirst = false }) =>
          `p.${quoteName(column)} ${isDescending ? 'desc' : 'asc'} nulls ${nullsFirst ? 'first' : 'last'}`,
      );
      return `(select 1 from only ${quoteObject(table)} p order by ${order.join(', ')} limit 1)`;
    })
    .join(' union all ');
  return adHocStatement<[], { 'QUERY PLAN': { Plan: PlanNode }[] }>({
    name: 'planner.readIndexHeights',
    lane: 'background',
    deadlineMs: 5_000,
    text: `explain (format json, verbose) ${text}`,
  });
}
