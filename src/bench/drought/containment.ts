/**
 * When users were well again: the first instant from which, up to the end of the span, no window of two seconds has a
 * failed log-in or read, or a 99th percentile above the bound. The bound is so many times calm's own 99th percentile; but
 * never less than the worst window of calm itself, because two hundred requests scatter more than two thousand, and what
 * was calm before cannot be trouble after. Log-ins and reads are looked at apart: a log-in takes many times longer.
 */

import { type Exchange, percentile } from './exchange.ts';

export interface Span {
  fromMs: number;
  toMs: number;
}

export const WINDOW_MS = 2_000;
const STEP_MS = 250;

type UserType = 'logIn' | 'read';
export type Bounds = Readonly<Record<UserType, number>>;

/** @param factor such as 1.5: how much slower than calm still counts as well */
export function boundsOf(exchanges: readonly Exchange[], calm: Span, factor: number): Bounds {
  const boundOf = (type: UserType) => {
    const own = exchanges.filter((one) => one.type === type && isWithin(one, calm));
    const whole = percentile(timesOf(own), 0.99);
    const worst = windowsOf(calm).map((window) =>
      percentile(timesOf(own.filter((one) => isWithin(one, window))), 0.99),
    );
    return Math.max(whole * factor, ...worst);
  };
  return { logIn: boundOf('logIn'), read: boundOf('read') };
}

/**
 * @returns milliseconds from the span's beginning; 0 where nobody was ever unwell, null where they still were at its end
 */
export function findRelief(exchanges: readonly Exchange[], span: Span, bounds: Bounds): number | null {
  const unwell = windowsOf(span).filter((window) => !isWell(exchanges, window, bounds));
  if (unwell.length === 0) return 0;
  const ills = exchanges.filter(
    (one) => isWithin(one, span) && isIll(one, bounds) && unwell.some((w) => isWithin(one, w)),
  );
  // From the last one that was hurt on, all windows are well: it is the moment after it that counts, not its window's end.
  const lastMs = Math.max(...ills.map((one) => one.atMs));
  return span.toMs - lastMs < WINDOW_MS / 2 ? null : lastMs - span.fromMs;
}

function windowsOf({ fromMs, toMs }: Span): Span[] {
  const count = Math.max(1, Math.floor((toMs - fromMs - WINDOW_MS) / STEP_MS) + 1);
  return Array.from({ length: count }, (_, index) => {
    const start = fromMs + index * STEP_MS;
    return { fromMs: start, toMs: Math.min(toMs, start + WINDOW_MS) };
  });
}

function isWell(exchanges: readonly Exchange[], window: Span, bounds: Bounds): boolean {
  const within = exchanges.filter((one) => one.type !== 'report' && isWithin(one, window));
  if (within.some((one) => one.isFailed)) return false;
  return (['logIn', 'read'] as const).every((type) => {
    const own = within.filter((one) => one.type === type);
    return percentile(timesOf(own), 0.99) <= bounds[type];
  });
}

/** Of those who make a window unwell. */
function isIll(one: Exchange, bounds: Bounds): boolean {
  return one.type !== 'report' && (one.isFailed || one.responseMs > bounds[one.type]);
}

function isWithin({ atMs }: Exchange, { fromMs, toMs }: Span): boolean {
  return atMs >= fromMs && atMs < toMs;
}

function timesOf(exchanges: readonly Exchange[]): number[] {
  return exchanges.map(({ responseMs }) => responseMs);
}
