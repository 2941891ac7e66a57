/** Everything a drought comes to, as it is written to the JSON file and read again for the report. */

import type { CausesResult } from './causes/plant-all.ts';
import { type Goal, judgeGoals } from './goals.ts';
import type { Kind } from './kinds.ts';
import type { Pace } from './options.ts';
import type { PhaseLengths } from './phases.ts';
import type { ServerRun } from './run.ts';

export interface DroughtResult {
  format: 'aquifer-drought-1';
  madeAt: string;
  tookMs: number;
  seed: number;
  pace: Pace;
  lengths: PhaseLengths;
  machine: { processor: string; cores: number; memoryGib: number; system: string };
  versions: { aquifer: string; postgres: string; node: string };
  /** The cpu report alone on this machine. */
  report: { rows: number; ms: number; remark: string | null };
  /** Of the schedule that every server was driven by. */
  scheduleHash: string;
  runs: ServerRun[];
  causes: CausesResult | null;
}

export interface Comparison {
  kind: Kind;
  ordinary: ServerRun | undefined;
  /** Aquifer's, or the target's. */
  guarded: ServerRun | undefined;
  goals: Goal[];
}

/** The runs of each kind side by side, with what was asked of Aquifer. */
export function compare({ runs }: Pick<DroughtResult, 'runs'>): Comparison[] {
  const seen = [...new Set(runs.map(({ kind }) => kind))];
  return seen.map((kind) => {
    const of = (server: ServerRun['server']) => runs.find((run) => run.kind === kind && run.server === server);
    const guarded = of('aquifer') ?? of('target');
    return { kind, ordinary: of('ordinary'), guarded, goals: guarded ? judgeGoals(guarded) : [] };
  });
}

export function countMissed(result: DroughtResult): number {
  const goals = compare(result).flatMap((one) => one.goals);
  const causesMissed = result.causes && result.causes.named < result.causes.planted.length ? 1 : 0;
  return goals.filter(({ isMet }) => !isMet).length + causesMissed;
}
