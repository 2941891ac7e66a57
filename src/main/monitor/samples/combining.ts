/**
 * Several processes of one server measure the same thing, each its own part of it: calls add up, waits do not. What each name's
 * figures mean together is told from the name, whose end is the unit.
 */

import type { SampleBlock, StepValues } from './sample-block.ts';

/** `same`: all of them looked at the same database, so any is as good as another. */
export type Combination = 'sum' | 'worst' | 'same';

/** Of Postgres itself: whoever measures, it is one. */
const ONE_FOR_ALL = /^(server|locks|replica|disk|vacuum|table)\./;
/** Figures of one process of which several make more. */
const ADDS_UP = /(PerSecond|PerHour|Bytes)$|^pool\.(inUse|waiting|open|limit|share)$|^users\.|\.cpuShare$/;

export function combinationOf(name: string): Combination {
  if (ONE_FOR_ALL.test(name)) return 'same';
  return ADDS_UP.test(name) ? 'sum' : 'worst';
}

/** Blocks of one name and one span, each of another process, as one. */
export function combineBlocks<Scope>(
  blocks: readonly [SampleBlock<Scope>, ...SampleBlock<Scope>[]],
): SampleBlock<Scope> {
  const [first, ...others] = blocks;
  if (others.length === 0) return first;
  const how = combinationOf(first.name);
  const series = new Map(first.series);
  for (const other of others) {
    for (const [scope, values] of other.series) {
      const known = series.get(scope);
      series.set(scope, known ? combineValues(known, values, how) : values);
    }
  }
  return { ...first, series };
}

function combineValues(a: StepValues, b: StepValues, how: Combination): StepValues {
  const join = (left: Float32Array, right: Float32Array) =>
    left.map((one, step) => combine(one, right[step] ?? Number.NaN, how));
  return { mean: join(a.mean, b.mean), min: join(a.min, b.min), max: join(a.max, b.max) };
}

function combine(a: number, b: number, how: Combination): number {
  if (Number.isNaN(a)) return b;
  if (Number.isNaN(b)) return a;
  if (how === 'sum') return a + b;
  return how === 'worst' ? Math.max(a, b) : a;
}
