/** What is known of the machine and of how busy it was, as the monitor kept it: given as it is, nothing is asked here. */

export interface FactPoint {
  atMs: number;
  mean: number;
  max: number;
}

export type FactName =
  | 'server.active'
  | 'server.connections'
  | 'server.cacheHitShare'
  | 'server.tempBytesPerSecond'
  | 'disk.databaseBytes'
  | 'disk.freeBytes';

export interface SizingFacts {
  /** Null where they are not known: Postgres runs elsewhere. */
  memoryBytes: number | null;
  cores: number | null;
  maxConnections: number | null;
  /** By the names of the monitor's samples, oldest first; an hour a point is fine enough. */
  series: Partial<Record<FactName, readonly FactPoint[]>>;
}

export const noFacts: SizingFacts = { memoryBytes: null, cores: null, maxConnections: null, series: {} };

export const DAY_MS = 86_400_000;
/** A trend of fewer days is the day's own up and down. */
const TREND_DAYS_MIN = 3;

export function lastOf({ series }: SizingFacts, name: FactName): number | undefined {
  return series[name]?.at(-1)?.mean;
}

/** The figure that so much of the points do not exceed. */
export function shareBelow({ series }: SizingFacts, name: FactName, share: number): number | undefined {
  const sorted = (series[name] ?? []).map(({ max }) => max).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export function meanOf({ series }: SizingFacts, name: FactName): number | undefined {
  const points = series[name] ?? [];
  return points.length === 0 ? undefined : points.reduce((sum, one) => sum + one.mean, 0) / points.length;
}

/** Whole days of it, by their highest points, as a line: the median of the slopes between all pairs (Theil 1950, Sen 1968). */
export function perDay({ series }: SizingFacts, name: FactName): number | undefined {
  const days = new Map<number, number>();
  for (const { atMs, max } of series[name] ?? []) {
    const day = Math.floor(atMs / DAY_MS);
    days.set(day, Math.max(days.get(day) ?? Number.NEGATIVE_INFINITY, max));
  }
  const highest = [...days];
  if (highest.length < TREND_DAYS_MIN) return undefined;
  const slopes = highest.flatMap(([day, figure], at) =>
    highest.slice(0, at).map(([before, was]) => (figure - was) / (day - before)),
  );
  slopes.sort((a, b) => a - b);
  return slopes[slopes.length >> 1];
}

/** Days until a figure that grows by so much a day reaches a limit; nothing where it does not. */
export function daysUntil(figure: number, limit: number, grownPerDay: number | undefined): number | undefined {
  if (figure >= limit) return 0;
  return grownPerDay !== undefined && grownPerDay > 0 ? (limit - figure) / grownPerDay : undefined;
}
