// The span one looks at and the one it is compared with, as they stand in the address.
import type { Deploy, QuerySpans } from '../../../client/index.ts';
import { absoluteTime } from '../../components/time-words.ts';

/** What is looked at: a length back from now, or since a deploy (`deploy:` and its id). */
export type SpanKey = string;
export type Against = 'before' | 'day' | 'week' | 'none';

export interface QueriesSearch {
  readonly span?: SpanKey;
  readonly against?: Against;
  readonly route?: string;
  readonly sort?: string;
  readonly search?: string;
}

export const DEFAULT_SPAN: SpanKey = 'hour';
export const DEFAULT_AGAINST: Against = 'before';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const DEPLOYS_OFFERED = 3;

const plainSpans = [
  { value: 'hour', label: 'The last hour', seconds: 3_600 },
  { value: '6h', label: 'The last 6 hours', seconds: 21_600 },
  { value: 'day', label: 'The last day', seconds: 86_400 },
  { value: '7d', label: 'The last 7 days', seconds: 604_800 },
] as const;

export const againstOptions: readonly { readonly value: Against; readonly label: string }[] = [
  { value: 'before', label: 'With the time before it' },
  { value: 'day', label: 'With the day before' },
  { value: 'week', label: 'With the week before' },
  { value: 'none', label: 'With nothing' },
];

/** The spans that can be chosen, the last deploys among them. */
export function spanOptions(deploys: readonly Deploy[], nowMs: number): { value: string; label: string }[] {
  const since = deploys.slice(0, DEPLOYS_OFFERED).map(({ at, id, version }) => ({
    value: `deploy:${id}`,
    label: `Since deploy ${version}, ${absoluteTime(at, nowMs)}`,
  }));
  return [...plainSpans.map(({ label, value }) => ({ label, value })), ...since];
}

interface Chosen {
  readonly span: SpanKey;
  readonly against: Against;
}

/** The instants that a choice means now. A deploy that is not known any more means the last hour. */
export function spansOf({ against, span }: Chosen, deploys: readonly Deploy[], nowMs: number): QuerySpans {
  const to = Math.ceil(nowMs / MINUTE_MS) * MINUTE_MS;
  const from = beginOf(span, deploys, to);
  const [compareFrom, compareTo] = comparedSpan(against, from, to);
  return { from: iso(from), to: iso(to), compareFrom: iso(compareFrom), compareTo: iso(compareTo) };
}

function beginOf(span: SpanKey, deploys: readonly Deploy[], to: number): number {
  const deploy = deploys.find(({ id }) => `deploy:${id}` === span);
  // A span is a minute at the least: a deploy of this very minute has no figures yet.
  if (deploy) return Math.min(to - MINUTE_MS, Math.floor(Date.parse(deploy.at) / MINUTE_MS) * MINUTE_MS);
  const known = plainSpans.find(({ value }) => value === span) ?? plainSpans[0];
  return to - known.seconds * 1000;
}

function comparedSpan(against: Against, from: number, to: number): [number | null, number | null] {
  if (against === 'none') return [null, null];
  const backMs = against === 'day' ? DAY_MS : against === 'week' ? WEEK_MS : to - from;
  return [from - backMs, to - backMs];
}

function iso(ms: number | null): string | undefined {
  return ms === null ? undefined : new Date(ms).toISOString();
}

/** Reads an address; what it does not know becomes what is usual. */
export function readQueriesSearch(search: Record<string, unknown>): QueriesSearch {
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
  const against = againstOptions.find(({ value }) => value === search.against)?.value;
  const span = text(search.span);
  return {
    ...(span !== '' && span !== DEFAULT_SPAN ? { span } : {}),
    ...(against && against !== DEFAULT_AGAINST ? { against } : {}),
    ...(text(search.route) !== '' ? { route: text(search.route) } : {}),
    ...(text(search.sort) !== '' && search.sort !== 'totalMs' ? { sort: text(search.sort) } : {}),
    ...(text(search.search) !== '' ? { search: text(search.search) } : {}),
  };
}
