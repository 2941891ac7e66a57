// Which statements of a review are shown: by what one searches, how grave they are, and one concern; and how many there are of each.
import type { FindingKind, StatementSummary } from '../../../client/index.ts';
import type { Gravity } from './review-words.ts';

export interface ReviewSearch {
  readonly search?: string;
  readonly severity?: Gravity;
  readonly concern?: string;
  readonly order?: ReviewOrder;
}

export type ReviewOrder = 'gravity' | 'share' | 'cost' | 'calls' | 'name';

export const reviewOrders: readonly { readonly value: ReviewOrder; readonly label: string }[] = [
  { value: 'gravity', label: 'The worst first' },
  { value: 'share', label: 'Largest part of a day' },
  { value: 'cost', label: 'Dearest call' },
  { value: 'calls', label: 'Most calls' },
  { value: 'name', label: 'By name' },
];

const GRAVITIES: readonly Gravity[] = ['severe', 'concern', 'note'];

/** Reads an address; what it does not know becomes what is usual. */
export function readReviewSearch(search: Record<string, unknown>): ReviewSearch {
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
  const severity = GRAVITIES.find((known) => known === search.severity);
  const order = reviewOrders.find(({ value }) => value === search.order)?.value;
  return {
    ...(text(search.search) !== '' ? { search: text(search.search) } : {}),
    ...(severity ? { severity } : {}),
    ...(text(search.concern) !== '' ? { concern: text(search.concern) } : {}),
    ...(order && order !== 'gravity' ? { order } : {}),
  };
}

/** Those that fit, in the order that is asked for; the server's own has the worst first. */
export function arrangeReview(statements: readonly StatementSummary[], asked: ReviewSearch): StatementSummary[] {
  const words = (asked.search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const shown = statements.filter((statement) => {
    const text = `${statement.name} ${statement.origin ?? ''}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (asked.severity === undefined || statement.severity === asked.severity) &&
      (asked.concern === undefined || statement.findings.some((kind) => kind === asked.concern))
    );
  });
  const order = asked.order ?? 'gravity';
  if (order === 'gravity') return shown;
  if (order === 'name') return shown.toSorted((one, other) => one.name.localeCompare(other.name));
  return shown.toSorted((one, other) => figureOf(other, order) - figureOf(one, order));
}

function figureOf(statement: StatementSummary, order: ReviewOrder): number {
  if (order === 'share') return statement.share ?? -1;
  if (order === 'calls') return statement.callsPerDay ?? -1;
  return statement.worstCost;
}

export interface ConcernCount {
  readonly kind: FindingKind;
  readonly count: number;
}

/** In how many statements each concern stands, the most frequent first. */
export function countConcerns(statements: readonly StatementSummary[]): ConcernCount[] {
  const counts = new Map<FindingKind, number>();
  for (const { findings } of statements) {
    for (const kind of new Set(findings)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts]
    .map(([kind, count]) => ({ kind, count }))
    .toSorted((one, other) => other.count - one.count || one.kind.localeCompare(other.kind));
}
