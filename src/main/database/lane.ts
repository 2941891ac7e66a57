/**
 * Lanes: reserved shares of one pool (the field's bulkheads). A lane's guarantee is never lent; what is idle beyond all
 * guarantees is lent to whoever asks, up to the lane's ceiling.
 */

import type { SojournTarget } from './sojourn.ts';

export const laneNames = ['control', 'critical', 'interactive', 'bulk', 'background'] as const;
export type LaneName = (typeof laneNames)[number];

export interface LaneSettings {
  readonly name: string;
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
  /** The most connections of this lane that one tenant may hold; no cap of its own when left out. */
  readonly tenantMax?: number;
  /** The same for one statement. */
  readonly statementMax?: number;
  /** When the queue counts as standing; left out, nobody is refused for it. */
  readonly sojourn?: SojournTarget;
}

export type Lanes<Name extends string = string> = Readonly<Record<Name, LaneSettings>>;

/** One connection for each lane: below that, a guarantee would be a word only. */
export const MIN_CONNECTIONS = laneNames.length;

/** A queue stands when everyone in it has waited an eighth of the longest wait for two seconds. */
const SOJOURN_INTERVAL_MS = 2_000;
const sojournOf = (waitMaxMs: number): SojournTarget => ({ targetMs: waitMaxMs / 8, intervalMs: SOJOURN_INTERVAL_MS });

type LaneShape = Omit<LaneSettings, 'name' | 'rank' | 'sojourn'>;

/**
 * The lanes for a pool of `maxConnections`. A quarter is kept for log-in and session checks, three tenths for users'
 * own data; about a fifth is promised to nobody and lent. One user alone may hold two fifths of what the pool has, and half
 * of what the bulk lane may.
 */
export function defaultLanes(maxConnections: number): Lanes<LaneName> {
  if (maxConnections < MIN_CONNECTIONS) {
    throw new RangeError(`a pool needs ${MIN_CONNECTIONS} connections or more, one for each lane`);
  }
  const whole = maxConnections;
  const share = (fraction: number) => Math.max(1, Math.floor(whole * fraction));
  const shapes: Record<LaneName, LaneShape> = {
    control: { guaranteed: 1, ceiling: 2, weight: 1, queueMax: 100, waitMaxMs: 1_000 },
    critical: { guaranteed: share(0.25), ceiling: whole, weight: 8, queueMax: 10_000, waitMaxMs: 2_000 },
    interactive: {
      ...{ guaranteed: share(0.3), ceiling: whole, weight: 4, queueMax: 10_000, waitMaxMs: 5_000 },
      tenantMax: share(0.4),
    },
    bulk: {
      ...{ guaranteed: share(0.1), ceiling: share(0.4), weight: 2, queueMax: 1_000, waitMaxMs: 10_000 },
      tenantMax: share(0.2),
    },
    background: { guaranteed: 1, ceiling: share(0.2), weight: 1, queueMax: 1_000, waitMaxMs: 30_000 },
  };
  const lanes = laneNames.map((name, rank): [LaneName, LaneSettings] => {
    const shape = shapes[name];
    // The control lane looks after the pool itself; it is never told to come back later.
    const sojourn = name === 'control' ? {} : { sojourn: sojournOf(shape.waitMaxMs) };
    return [name, Object.freeze({ name, rank, ...shape, ...sojourn })];
  });
  return Object.freeze(Object.fromEntries(lanes) as Record<LaneName, LaneSettings>);
}
