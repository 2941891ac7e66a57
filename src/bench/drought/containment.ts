/**
 * When users were well again: the first instant from which, up to the end of the span, no window of two seconds has a
 * failed log-in or read, or a 99th percentile above the bound. A log-in takes many times longer than a read, so each is
 * measured against calm's own 99th percentile of its kind; the bound is so many times that. It is never less than the
 * worst window of calm itself: two hundred requests scatter more than two thousand, and what was calm before cannot be
 * trouble after.
 */

import { type Exchange, isOfUser, percentile } from './exchange.ts';

export interface Span {
  fromMs: number;
  toMs: number;
}

export const WINDOW_MS = 2_000;
const STEP_MS = 250;

export interface Bounds {
  /** Milliseconds: calm's 99th percentile. */
  logIn: number;
  read: number;
  /** How many times that a window's 99th percentile may be. */
  factor: number;
}

/** @param factor such as 1.5: how much slower than calm still counts as well */
export function boundsOf(exchanges: readonly Exchange[], calm: Span, factor: number): Bounds {
  const inCalm = exchanges.filter((one) => isWithin(one, calm));
  const usual = (type: Exchange['type']) =>
    percentile(
      inCalm.filter((one) => one.type === type).map(({ responseMs }) => responseMs),
      0.99,
    );
  const bounds = { logIn: usual('logIn'), read: usual('read'), factor };
  return {
    ...bounds,
    factor: Math.max(factor, ...windowsOf(calm).map((window) => slownessIn(inCalm, window, bounds))),
  };
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
  const within = exchanges.filter((one) => isWithin(one, window));
  return !within.some((one) => isOfUser(one) && one.isFailed) && slownessIn(within, window, bounds) <= bounds.factor;
}

/** The 99th percentile of a window, in multiples of what is usual; 0 where nobody asked. */
function slownessIn(exchanges: readonly Exchange[], window: Span, bounds: Bounds): number {
  const own = exchanges.filter((one) => isOfUser(one) && isWithin(one, window));
  return percentile(
    own.map((one) => slownessOf(one, bounds)),
    0.99,
  );
}

function slownessOf({ type, responseMs }: Exchange, bounds: Bounds): number {
  return responseMs / (type === 'logIn' ? bounds.logIn : bounds.read);
}

/** Of those who make a window unwell. */
function isIll(one: Exchange, bounds: Bounds): boolean {
  return isOfUser(one) && (one.isFailed || slownessOf(one, bounds) > bounds.factor);
}

function isWithin({ atMs }: Exchange, { fromMs, toMs }: Span): boolean {
  return atMs >= fromMs && atMs < toMs;
}
