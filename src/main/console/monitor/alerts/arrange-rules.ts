// Rules in the order in which one looks for them: one's own first, then by urgency and name.
import type { AlertRule } from '../../../client/index.ts';

const urgency = ['page', 'ticket', 'note'];

export function arrangeRules(rules: readonly AlertRule[], search: string): AlertRule[] {
  const wanted = search.trim().toLowerCase();
  return rules
    .filter(({ about, name, series }) => `${name}\n${about}\n${series ?? ''}`.toLowerCase().includes(wanted))
    .toSorted(
      (one, other) =>
        Number(one.builtIn) - Number(other.builtIn) ||
        urgency.indexOf(one.severity) - urgency.indexOf(other.severity) ||
        one.name.localeCompare(other.name),
    );
}
