/** Exchanges of a made-up run. */

import type { Exchange } from '../../../bench/drought/exchange.ts';

export function exchange(given: Partial<Exchange> & { atMs: number }): Exchange {
  const facts = { type: 'read', user: 0, responseMs: 5, status: 200 } as const;
  return { ...facts, isFailed: false, retryAfterSeconds: null, problemCode: null, ...given };
}

/** A read each 10 ms and a log-in each 200 ms, as the schedule asks them, each as `make` says. */
export function traffic(
  fromMs: number,
  toMs: number,
  make: (atMs: number) => Partial<Exchange> = () => ({}),
): Exchange[] {
  const reads = Array.from({ length: (toMs - fromMs) / 10 }, (_, index) => fromMs + index * 10);
  const logIns = reads.filter((_, index) => index % 20 === 0);
  return [
    ...reads.map((atMs) => exchange({ atMs, user: (atMs / 10) % 600, ...make(atMs) })),
    ...logIns.map((atMs) => exchange({ atMs, type: 'logIn', responseMs: 50, user: (atMs / 200) % 600, ...make(atMs) })),
  ];
}
