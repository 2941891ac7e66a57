/**
 * Lanes: reserved shares of one pool (the field's bulkheads). A lane's guarantee is never lent; what is idle beyond all
 * guarantees is lent to whoever asks, up to the lane's ceiling.
 */

export const laneNames = ['control', 'critical', 'interactive', 'bulk', 'background'] as const;
export type LaneName = (typeof laneNames)[number];

export interface LaneSettings {
  readonly name: LaneName;
  /** Connections that are always there for this lane. */
  readonly guaranteed: number;
  /** The most connections the lane may hold, lent ones included. */
  readonly ceiling: number;
  /** Who is served first among lanes below their guarantee: lower goes first. */
  readonly rank: number;
  /** Share of lent capacity when several lanes want it. */
  readonly weight: number;
  /** The most callers that may wait. */
  readonly queueMax: number;
  /** The longest a caller may wait for a connection. */
  readonly waitMaxMs: number;
}

export type Lanes = Readonly<Record<LaneName, LaneSettings>>;

/** One connection for each lane: below that, a guarantee would be a word only. */
export const MIN_CONNECTIONS = laneNames.length;

/**
 * The lanes for a pool of `maxConnections`. A quarter is kept for log-in and session checks, three tenths for users'
 * own data; about a fifth is promised to nobody and lent.
 */
export function defaultLanes(maxConnections: number): Lanes {
  if (maxConnections < MIN_CONNECTIONS) {
    throw new RangeError(`a pool needs ${MIN_CONNECTIONS} connections or more, one for each lane`);
  }
  const share = (fraction: number) => Math.max(1, Math.floor(maxConnections * fraction));
  const lane = (name: LaneName, rank: number, rest: Omit<LaneSettings, 'name' | 'rank'>): LaneSettings => ({
    name,
    rank,
    ...rest,
  });
  return Object.freeze({
    control: lane('control', 0, { guaranteed: 1, ceiling: 2, weight: 1, queueMax: 100, waitMaxMs: 1_000 }),
    critical: lane('critical', 1, {
      guaranteed: share(0.25),
      ceiling: maxConnections,
      weight: 8,
      queueMax: 10_000,
      waitMaxMs: 2_000,
    }),
    interactive: lane('interactive', 2, {
      guaranteed: share(0.3),
      ceiling: maxConnections,
      weight: 4,
      queueMax: 10_000,
      waitMaxMs: 5_000,
    }),
    bulk: lane('bulk', 3, {
      guaranteed: share(0.1),
      ceiling: share(0.4),
      weight: 2,
      queueMax: 1_000,
      waitMaxMs: 10_000,
    }),
    background: lane('background', 4, {
      guaranteed: 1,
      ceiling: share(0.2),
      weight: 1,
      queueMax: 1_000,
      waitMaxMs: 30_000,
    }),
  });
}
