// A forecast in words: sizes as factors of today's rows, about when they are reached, and how costs grow.
import type { Cliff, ForecastStatement } from '../../../client/index.ts';

export type Tone = 'plain' | 'good' | 'warn' | 'bad';

/** "3.2 ×", "30 ×": times today's rows. */
export function factorWords(factor: number): string {
  return `${factor >= 10 || Number.isInteger(factor) ? Math.round(factor) : factor.toFixed(1)} ×`;
}

const month = new Intl.DateTimeFormat('en-GB', { month: 'long' });
const monthAndYear = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric' });
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });

const DAY_MS = 86_400_000;
const NEAR_MS = 45 * DAY_MS;
const FAR_MS = 10 * 365 * DAY_MS;

/** "around 4 December", "around March", "around March 2029": as exactly as such a guess can be. Empty for an unknown day. */
export function aroundWords(at: string | null, nowMs: number): string {
  if (at === null) return '';
  const atMs = Date.parse(at);
  if (Number.isNaN(atMs)) return '';
  if (atMs <= nowMs) return 'now';
  if (atMs - nowMs < NEAR_MS) return `around ${dayAndMonth.format(atMs)}`;
  if (atMs - nowMs > FAR_MS) return 'in more than ten years';
  const isSoon = atMs - nowMs < 300 * DAY_MS;
  return `around ${(isSoon ? month : monthAndYear).format(atMs)}`;
}

const growths: Record<ForecastStatement['growth'], string> = {
  flat: 'stays as it is',
  slower: 'slower than the rows',
  proportional: 'as the rows',
  faster: 'faster than the rows',
};

export function growthWords(growth: ForecastStatement['growth']): string {
  return growths[growth];
}

const SOON_MS = 90 * DAY_MS;

/** Red for what is about to happen, amber for what will. */
export function cliffTone({ at, factor }: Pick<Cliff, 'at' | 'factor'>, nowMs: number): Tone {
  if (at !== null) return Date.parse(at) - nowMs < SOON_MS ? 'bad' : 'warn';
  return factor < 2 ? 'bad' : 'warn';
}
