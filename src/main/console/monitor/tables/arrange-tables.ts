// Tables and indexes in the order that is asked for, and those alone that a search means.
import type { IndexView, TableView } from '../../../client/index.ts';

export type TableOrder = 'concerns' | 'size' | 'growth' | 'seqScans' | 'writes' | 'dead' | 'name';
export type IndexOrder = 'concerns' | 'size' | 'scans' | 'name';

export const tableOrders: readonly { readonly value: TableOrder; readonly label: string }[] = [
  { value: 'concerns', label: 'What needs a look first' },
  { value: 'size', label: 'Largest' },
  { value: 'growth', label: 'Growing fastest' },
  { value: 'seqScans', label: 'Most rows read end to end' },
  { value: 'writes', label: 'Most writes' },
  { value: 'dead', label: 'Most dead rows' },
  { value: 'name', label: 'By name' },
];

export const indexOrders: readonly { readonly value: IndexOrder; readonly label: string }[] = [
  { value: 'concerns', label: 'What needs a look first' },
  { value: 'size', label: 'Largest' },
  { value: 'scans', label: 'Most used' },
  { value: 'name', label: 'By name' },
];

interface Wish<Order> {
  readonly search: string;
  readonly order: Order;
}

const tableWeights: Record<Exclude<TableOrder, 'name'>, (table: TableView) => number> = {
  concerns: ({ concerns }) => concerns.length,
  size: ({ totalBytes }) => totalBytes,
  growth: ({ growthBytesPerDay }) => growthBytesPerDay ?? Number.NEGATIVE_INFINITY,
  seqScans: ({ seqRowsPerScan, seqScansPerHour }) => (seqScansPerHour ?? 0) * (seqRowsPerScan ?? 0),
  writes: ({ writesPerHour }) => writesPerHour ?? -1,
  dead: ({ deadRows }) => deadRows,
};

const indexWeights: Record<Exclude<IndexOrder, 'name'>, (index: IndexView) => number> = {
  concerns: ({ concerns }) => concerns.length,
  size: ({ bytes }) => bytes,
  scans: ({ scansPerHour }) => scansPerHour ?? -1,
};

/** The search looks at the name, with its schema before it. Those of equal weight stand by size. */
export function arrangeTables(all: readonly TableView[], { order, search }: Wish<TableOrder>): readonly TableView[] {
  const found = all.filter((table) => tableName(table).includes(search.trim().toLowerCase()));
  if (order === 'name') return found.toSorted((one, other) => tableName(one).localeCompare(tableName(other)));
  const weigh = tableWeights[order];
  return found.toSorted((one, other) => weigh(other) - weigh(one) || other.totalBytes - one.totalBytes);
}

/** The search looks at the name, the table and the definition. */
export function arrangeIndexes(all: readonly IndexView[], { order, search }: Wish<IndexOrder>): readonly IndexView[] {
  const wanted = search.trim().toLowerCase();
  const found = all.filter(({ definition, name, schema, table }) =>
    `${schema}.${table} ${name} ${definition}`.toLowerCase().includes(wanted),
  );
  if (order === 'name') return found.toSorted((one, other) => one.name.localeCompare(other.name));
  const weigh = indexWeights[order];
  return found.toSorted((one, other) => weigh(other) - weigh(one) || other.bytes - one.bytes);
}

function tableName({ name, schema }: TableView): string {
  return `${schema}.${name}`.toLowerCase();
}
