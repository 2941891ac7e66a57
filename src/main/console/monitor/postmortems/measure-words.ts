// Measures by kind, and what their last check says.
import type { Measure, MeasureCheck } from '../../../client/index.ts';

export interface MeasureGroup {
  readonly kind: Measure['kind'];
  readonly title: string;
  readonly measures: readonly Measure[];
}

export const measureKinds = [
  { kind: 'corrective', title: 'Corrective: what cures this' },
  { kind: 'preventive', title: 'Preventive: what keeps its like away' },
] as const;

/** In the order of a report; a kind without any is left out. */
export function measureGroups(measures: readonly Measure[]): MeasureGroup[] {
  return measureKinds
    .map((group) => ({ ...group, measures: measures.filter(({ kind }) => kind === group.kind) }))
    .filter((group) => group.measures.length > 0);
}

interface CheckWords {
  readonly tone: 'plain' | 'good' | 'warn';
  readonly label: string;
}

const checks: Record<MeasureCheck['state'], CheckWords> = {
  holds: { tone: 'good', label: 'It holds' },
  does_not_hold: { tone: 'warn', label: 'It does not hold' },
  cannot_tell: { tone: 'plain', label: 'Cannot be told' },
};

export function checkWords(state: MeasureCheck['state']): CheckWords {
  return checks[state] ?? { tone: 'plain', label: state };
}
