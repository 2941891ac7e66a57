/**
 * How fine figures are kept, and for how long: ten seconds for six hours, minutes for two weeks, hours for thirteen months. A
 * block is what one row holds; a part is a table of its own, which goes as a whole when its time is over.
 */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface Tier {
  readonly table: string;
  readonly stepMs: number;
  readonly blockMs: number;
  readonly partMs: number;
  readonly keepMs: number;
}

export const TIERS = {
  tenSeconds: {
    table: 'sample_10s',
    stepMs: 10 * SECOND_MS,
    blockMs: MINUTE_MS,
    partMs: 2 * HOUR_MS,
    keepMs: 6 * HOUR_MS,
  },
  minutes: { table: 'sample_1m', stepMs: MINUTE_MS, blockMs: HOUR_MS, partMs: DAY_MS, keepMs: 14 * DAY_MS },
  hours: { table: 'sample_1h', stepMs: HOUR_MS, blockMs: DAY_MS, partMs: 32 * DAY_MS, keepMs: 400 * DAY_MS },
} as const satisfies Record<string, Tier>;

export type TierName = keyof typeof TIERS;

/** Finest first. */
export const tierNames = ['tenSeconds', 'minutes', 'hours'] as const satisfies readonly TierName[];

/** The narrowest step that is still kept of a moment. */
export function narrowestStepMs(fromMs: number, nowMs: number): number {
  const tier = tierNames.find((name) => nowMs - fromMs <= TIERS[name].keepMs) ?? 'hours';
  return TIERS[tier].stepMs;
}

/** The tier with the widest steps that are not wider than these. */
export function tierOf(stepMs: number): TierName {
  return tierNames.findLast((name) => TIERS[name].stepMs <= stepMs) ?? 'tenSeconds';
}
