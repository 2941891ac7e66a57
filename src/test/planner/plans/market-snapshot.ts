/** A market of a million orders as a snapshot, made by hand: large enough that plans differ, and no data behind it. */

import type {
  ColumnStatistics,
  Snapshot,
  SnapshotColumn,
  SnapshotConstraint,
  SnapshotIndex,
  SnapshotRelation,
} from '../../../main/planner/snapshot/snapshot.ts';

export const TAKEN_AT = '2026-11-23T12:00:00.000Z';
const DAY_MS = 86_400_000;
const BOUNDS = 101;

const bounds = (make: (share: number) => string) => Array.from({ length: BOUNDS }, (_, at) => make(at / (BOUNDS - 1)));
const counts = (last: number) => bounds((share) => String(Math.round(1 + share * (last - 1))));
const lastDays = (days: number) =>
  bounds((share) =>
    new Date(Date.parse(TAKEN_AT) - (1 - share) * days * DAY_MS).toISOString().replace('T', ' ').replace('Z', '+00'),
  );

export function figures(changes: Partial<ColumnStatistics> = {}): ColumnStatistics {
  return { nullFraction: 0, averageWidthBytes: 8, distinct: -1, correlation: 0, ...changes };
}

function column(name: string, type: string, statistics: ColumnStatistics): SnapshotColumn {
  return { name, type, isNotNull: true, statistics };
}

function primaryKey(table: string): SnapshotConstraint {
  const [columns, index] = [['id'], `${table}_pkey`];
  return { name: index, kind: 'primary', definition: 'PRIMARY KEY (id)', isValidated: true, columns, index };
}

function indexOn(table: string, columns: string[], blocks: number, isPrimary = false): SnapshotIndex {
  const name = isPrimary ? `${table}_pkey` : `${table}_${columns.join('_')}_idx`;
  const unique = isPrimary ? 'UNIQUE ' : '';
  return {
    ...{ schema: 'public', name, table: { schema: 'public', name: table }, method: 'btree' },
    definition: `CREATE ${unique}INDEX ${name} ON public.${table} USING btree (${columns.join(', ')})`,
    keys: columns.map((one) => ({ column: one })),
    ...{ include: [], isUnique: isPrimary, isPrimary, isValid: true, isNeeded: isPrimary },
    size: { blocks, pages: blocks, tuples: table === 'orders' ? 1_000_000 : 50_000 },
    height: 2,
  };
}

const orders: SnapshotRelation = {
  ...{ schema: 'public', name: 'orders', kind: 'table', toastBlocks: 0 },
  columns: [
    column('id', 'bigint', figures({ histogram: counts(1_000_000), correlation: 1 })),
    column('customer_id', 'bigint', figures({ distinct: 40_000, histogram: counts(50_000) })),
    column(
      'status',
      'text',
      figures({
        ...{ averageWidthBytes: 6, distinct: 5, correlation: 0.3 },
        commonValues: ['done', 'sent', 'paid', 'open', 'lost'],
        commonFrequencies: [0.8, 0.12, 0.05, 0.02, 0.01],
      }),
    ),
    column('created_at', 'timestamp with time zone', figures({ histogram: lastDays(365), correlation: 1 })),
    column('total_cents', 'integer', figures({ averageWidthBytes: 4, distinct: 20_000, histogram: counts(90_000) })),
    column('note', 'text', figures({ averageWidthBytes: 60, distinct: -0.9 })),
  ],
  constraints: [
    primaryKey('orders'),
    {
      name: 'orders_customer_id_fkey',
      kind: 'foreign',
      definition: 'FOREIGN KEY (customer_id) REFERENCES public.customers(id)',
      isValidated: true,
      columns: ['customer_id'],
      references: { schema: 'public', name: 'customers', columns: ['id'] },
    },
  ],
  size: { blocks: 15_000, pages: 15_000, tuples: 1_000_000, allVisiblePages: 14_000 },
};

const customers: SnapshotRelation = {
  ...{ schema: 'public', name: 'customers', kind: 'table', toastBlocks: 0 },
  columns: [
    column('id', 'bigint', figures({ histogram: counts(50_000), correlation: 1 })),
    column('email', 'text', figures({ averageWidthBytes: 24 })),
    column('city', 'text', figures({ averageWidthBytes: 10, distinct: 300 })),
  ],
  constraints: [primaryKey('customers')],
  size: { blocks: 600, pages: 600, tuples: 50_000, allVisiblePages: 600 },
};

const countries: SnapshotRelation = {
  ...{ schema: 'public', name: 'countries', kind: 'table', toastBlocks: 0, constraints: [] },
  columns: [column('code', 'text', figures({ averageWidthBytes: 3 }))],
  size: { blocks: 2, pages: 2, tuples: 200, allVisiblePages: 2 },
};

/** A fresh one each time, so that a test may change it. */
export function market(): Snapshot {
  return structuredClone({
    format: 1,
    takenAt: TAKEN_AT,
    database: 'market',
    server: { versionNumber: 180_000, version: '18.0' },
    locale: { collate: 'C', ctype: 'C', provider: 'c', encoding: 'UTF8' },
    settings: { work_mem: '4MB', random_page_cost: '1.1', effective_cache_size: '1GB', jit: 'off' },
    searchPath: ['public'],
    extensions: [],
    schemas: ['public'],
    objects: [],
    relations: [customers, orders, countries],
    indexes: [
      indexOn('customers', ['id'], 140, true),
      indexOn('orders', ['id'], 2_745, true),
      indexOn('orders', ['created_at'], 2_745),
      indexOn('orders', ['status'], 870),
    ],
    countedSince: null,
    gaps: [],
  } satisfies Snapshot);
}

/** One table of it, to be changed. */
export function tableOf(snapshot: Snapshot, name: string): SnapshotRelation {
  const found = snapshot.relations.find((one) => one.name === name);
  if (!found) throw new Error(`There is no table ${name}.`);
  return found;
}

export function columnOf(snapshot: Snapshot, table: string, name: string): SnapshotColumn {
  const found = tableOf(snapshot, table).columns.find((one) => one.name === name);
  if (!found) throw new Error(`There is no column ${table}.${name}.`);
  return found;
}
