/** How long each phase lasts, and how much is asked in it. The rates are drought.md's in every length of run. */

export const phaseNames = ['calm', 'drought', 'recovery'] as const;
export type PhaseName = (typeof phaseNames)[number];
export type RequestType = 'logIn' | 'read' | 'report';

/** Seconds. */
export type PhaseLengths = Readonly<Record<PhaseName, number>>;

/** The schedule as the outage's description gives it: two minutes for each kind and server. */
export const FULL_LENGTHS: PhaseLengths = { calm: 30, drought: 60, recovery: 30 };
/** The same rates in less time, so that three kinds on two servers end within five minutes. */
export const DEFAULT_LENGTHS: PhaseLengths = { calm: 6, drought: 20, recovery: 6 };
export const QUICK_LENGTHS: PhaseLengths = { calm: 4, drought: 8, recovery: 4 };

/** Arrivals a second; reports come in the drought alone. */
export const RATES: Readonly<Record<RequestType, number>> = { logIn: 5, read: 100, report: 4 };

export interface Phase {
  name: PhaseName;
  fromMs: number;
  /** Exclusive. */
  toMs: number;
}

export function phasesOf(lengths: PhaseLengths): Phase[] {
  let fromMs = 0;
  return phaseNames.map((name) => {
    const phase = { name, fromMs, toMs: fromMs + lengths[name] * 1_000 };
    fromMs = phase.toMs;
    return phase;
  });
}

export function phaseOf(lengths: PhaseLengths, name: PhaseName): Phase {
  const phase = phasesOf(lengths).find((one) => one.name === name);
  if (!phase) throw new RangeError(`there is no phase ${name}`);
  return phase;
}

export function totalMs(lengths: PhaseLengths): number {
  return phaseNames.reduce((sum, name) => sum + lengths[name] * 1_000, 0);
}
