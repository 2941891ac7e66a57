// Which statements are shown, and in which order.
import type { StatementView } from '../../client/index.ts';

export type StatementOrder = 'total' | 'mean' | 'max' | 'calls' | 'name';

export const statementOrders: readonly { readonly value: StatementOrder; readonly label: string }[] = [
  { value: 'total', label: 'Most time in all' },
  { value: 'mean', label: 'Slowest on average' },
  { value: 'max', label: 'Slowest once' },
  { value: 'calls', label: 'Most calls' },
  { value: 'name', label: 'Name' },
];

const compare: Record<StatementOrder, (one: StatementView, other: StatementView) => number> = {
  total: (one, other) => other.totalMs - one.totalMs,
  mean: (one, other) => other.meanMs - one.meanMs,
  max: (one, other) => other.maxMs - one.maxMs,
  calls: (one, other) => other.calls - one.calls,
  name: () => 0,
};

interface Arrangement {
  readonly search: string;
  readonly order: StatementOrder;
}

/** The statements whose name or SQL holds the search; equals stand by name, so that nothing swaps by itself. */
export function arrange(all: readonly StatementView[], { search, order }: Arrangement): readonly StatementView[] {
  const wanted = search.trim().toLowerCase();
  return all
    .filter(({ name, text }) => `${name}\n${text}`.toLowerCase().includes(wanted))
    .toSorted((one, other) => compare[order](one, other) || one.name.localeCompare(other.name));
}
