/**
 * Vertical sizing advice: what of the machine the statements use, what they will use at the present rate of growth, and what is too small
 * first. The twin tells what plans touch and need; the monitor's samples tell how busy it really was.
 */

import { measureGrowth } from '../forecast/growth.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Twin } from '../twin/twin.ts';
import type { WorkloadStatement } from '../workload/workload.ts';
import { noFacts, type SizingFacts } from './facts.ts';
import { connectionAdvice, cpuAdvice, diskAdvice, memoryAdvice, type SizingBasis, workMemAdvice } from './parts.ts';
import type { SizingAdvice, SizingReport } from './schema.ts';
import { measureDemand } from './working-set.ts';

export interface SizingOptions {
  facts?: SizingFacts | undefined;
  /** Earlier snapshots of the same database: how fast it grows. */
  history?: readonly Snapshot[] | undefined;
  /** How far ahead one looks. */
  horizonDays?: number | undefined;
  signal?: AbortSignal | undefined;
  /** From 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
}

const HORIZON_DAYS = 180;
const urgency: Record<SizingAdvice['state'], number> = { now: 0, soon: 1, enough: 2, unknown: 3 };

/** @throws the signal's reason */
export async function adviseSizing(
  twin: Twin,
  workload: readonly WorkloadStatement[],
  options: SizingOptions = {},
): Promise<SizingReport> {
  const { facts = noFacts, history = [], horizonDays = HORIZON_DAYS, onProgress, signal } = options;
  const { snapshot } = twin;
  const growth = measureGrowth(snapshot, history);
  const demand = await measureDemand(twin, workload, { signal, onProgress });
  const basis: SizingBasis = { snapshot, facts, demand, horizonDays, bytesPerDay: growth.bytesPerDay };
  const advice = [memoryAdvice, workMemAdvice, cpuAdvice, diskAdvice, connectionAdvice]
    .map((advise) => advise(basis))
    .sort((a, b) => urgency[a.state] - urgency[b.state] || (a.at ?? '').localeCompare(b.at ?? ''));
  return {
    takenAt: snapshot.takenAt,
    database: snapshot.database,
    horizonDays,
    sentence: reportSentence(advice, horizonDays),
    advice,
    assumptions: assumptionsOf(workload, growth.bytesPerDay !== null),
  };
}

function reportSentence([first, ...others]: readonly SizingAdvice[], horizonDays: number): string {
  if (!first || first.state === 'enough')
    return `The machine is large enough for the next ${horizonDays} days, as far as is known.`;
  if (first.state === 'unknown') return 'Too little is known yet to say whether the machine is large enough.';
  const more = others.filter(({ state }) => state === 'now' || state === 'soon').length;
  return `${first.sentence}${more === 0 ? '' : ` ${more} more ${more === 1 ? 'is' : 'are'} needed after it.`}`;
}

function assumptionsOf(workload: readonly WorkloadStatement[], isGrowthKnown: boolean): string[] {
  const uncounted = workload.filter(({ callsPerDay }) => callsPerDay === null).length;
  return [
    'Growth goes on as it has been, and the statements stay as they are.',
    ...(uncounted === 0
      ? []
      : [
          `Nobody counted the calls of ${uncounted === 1 ? 'one statement' : `${uncounted} statements`}: once an hour is taken.`,
        ]),
    ...(isGrowthKnown ? [] : ['How fast the tables grow is not known yet: it comes with the snapshots of a day.']),
  ];
}
