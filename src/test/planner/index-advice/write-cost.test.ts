import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../../main/planner/index-advice/candidate.ts';
import { readTables, type TableFacts } from '../../../main/planner/index-advice/table-facts.ts';
import { touchedColumns, writeCostOf } from '../../../main/planner/index-advice/write-cost.ts';
import { readTraffic } from '../../../main/planner/index-advice/write-traffic.ts';
import type { Snapshot } from '../../../main/planner/snapshot/snapshot.ts';
import type { IndexDefinition } from '../../../main/planner/twin/twin.ts';
import { shop } from '../workload/shop-snapshot.ts';

const DAY_MS = 86_400_000;

/** Ten days of 1,000 inserts and 10,000 updates, 9,000 of them in place. */
function counted(): Snapshot {
  const snapshot = structuredClone(shop);
  snapshot.countedSince = new Date(Date.parse(snapshot.takenAt) - 10 * DAY_MS).toISOString();
  for (const relation of snapshot.relations) {
    relation.counters = {
      ...{ inserted: 10_000, updated: 100_000, hotUpdated: 90_000, deleted: 0, sequentialScans: 0 },
      ...{ liveRows: 1_000_000, deadRows: 0, analyzedAt: null },
    };
  }
  return snapshot;
}

function orders(snapshot: Snapshot): TableFacts {
  const table = readTables(snapshot).find(null, 'orders');
  if (!table) throw new Error('there is no such table');
  return table;
}

let place = 0;
function candidate(table: TableFacts, changes: Partial<IndexDefinition>): Candidate {
  const definition: IndexDefinition = { schema: 'public', table: 'orders', method: 'btree', keys: [], ...changes };
  place += 1;
  return {
    table,
    definition,
    place,
    identity: String(place),
    trials: [],
    sizeBytes: 8192 * 2_500,
    blocks: 2_500,
    height: 2,
  };
}

const updates = (table: TableFacts, sets: string[]) => [{ table, kind: 'update' as const, rowsPerDay: 500, sets }];

describe('what an index costs those who write', () => {
  const snapshot = counted();
  const table = orders(snapshot);
  const onStatus = candidate(table, { keys: [{ column: 'status' }] });
  const onUser = candidate(table, { keys: [{ column: 'user_id' }] });
  const traffic = readTraffic(snapshot, updates(table, ['status']));

  test('an entry for each new row, and HOT updates that it takes away', () => {
    const { entriesPerDay, hotUpdatesLostPerDay } = writeCostOf(table, [onStatus], traffic);
    expect(hotUpdatesLostPerDay).toBe(9_000);
    expect(entriesPerDay).toBe(1_000 + 1_000 + 9_000);
    expect(writeCostOf(table, [onUser], traffic)).toMatchObject({ entriesPerDay: 2_000, hotUpdatesLostPerDay: 0 });
  });

  test('HOT updates are lost once, and then every index pays for them', () => {
    const [both, status, user] = [[onStatus, onUser], [onStatus], [onUser]].map((some) =>
      writeCostOf(table, some, traffic),
    );
    expect(both?.hotUpdatesLostPerDay).toBe(9_000);
    expect(both?.entriesPerDay).toBe(2 * 11_000);
    expect(both?.costPerDay).toBeGreaterThan((status?.costPerDay ?? 0) + (user?.costPerDay ?? 0));
  });

  test('a block range index takes no HOT update and next to nothing else', () => {
    const brin = candidate(table, { method: 'brin', keys: [{ column: 'status' }] });
    const { costPerDay, hotUpdatesLostPerDay } = writeCostOf(table, [brin], traffic);
    expect(hotUpdatesLostPerDay).toBe(0);
    expect(costPerDay).toBeLessThan(0.05 * writeCostOf(table, [onStatus], traffic).costPerDay);
  });

  test('entries at one end of an index dirty fewer pages than those that are scattered', () => {
    const ordered = structuredClone(snapshot);
    const column = ordered.relations
      .find(({ name }) => name === 'orders')
      ?.columns.find(({ name }) => name === 'user_id');
    if (column?.statistics) column.statistics.correlation = 1;
    const sorted = orders(ordered);
    const appended = writeCostOf(sorted, [candidate(sorted, { keys: [{ column: 'user_id' }] })], traffic);
    expect(appended.costPerDay).toBeLessThan(writeCostOf(table, [onUser], traffic).costPerDay);
  });

  test('half of the updates are taken to touch it where no statement says', () => {
    const unknown = readTraffic(snapshot, []);
    expect(writeCostOf(table, [onStatus], unknown).hotUpdatesLostPerDay).toBe(4_500);
    expect(unknown(table).isTouchKnown).toBe(false);
  });

  test('statements tell of writing where nobody counted', () => {
    const plain = orders(shop);
    const told = readTraffic(shop, [
      { table: plain, kind: 'insert', rowsPerDay: 70, sets: [] },
      ...updates(plain, ['status']),
    ])(plain);
    expect(told).toMatchObject({ insertsPerDay: 70, updatesPerDay: 500, hotUpdatesPerDay: 500, basis: 'statements' });
    expect(readTraffic(shop, [])(plain).basis).toBe('nothing');
  });
});

test('an index changes with the columns of its expressions and of its condition', () => {
  const table = orders(shop);
  const definition: IndexDefinition = {
    ...{ schema: 'public', table: 'orders', method: 'btree', include: ['total'] },
    keys: [{ column: 'user_id' }, { expression: "lower((details ->> 'x'))" }],
    predicate: "status = 'secret'",
  };
  // A word in a text may be a column's name: that an index is taken for dearer than it is does no harm.
  expect([...touchedColumns(definition, table)].sort()).toEqual(['details', 'secret', 'status', 'total', 'user_id']);
});
