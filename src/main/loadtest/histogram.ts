/**
 * High dynamic range histograms (Gil Tene's HdrHistogram): durations from a microsecond to ten minutes, to three
 * significant digits, in constant memory. The WebAssembly form records in some 25 ns; what it holds is freed by
 * `destroy`, never by the garbage collector.
 */

import { build, encodeIntoCompressedBase64, type Histogram, initWebAssemblySync } from 'hdr-histogram-js';

/** Milliseconds; zeros where nothing was recorded. */
export interface Percentiles {
  count: number;
  mean: number;
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
}

/** Durations in milliseconds, kept as whole microseconds. */
export interface DurationHistogram {
  record(ms: number): void;
  /** Adds everything another one has seen. */
  add(other: DurationHistogram): void;
  percentileMs(percentile: number): number;
  percentiles(): Percentiles;
  /** HdrHistogram's V2 wire format, compressed, base64: what standard log tools and plotters read. */
  encode(): string;
  /** The percentile distribution as text, as in an `.hgrm` file, in milliseconds. */
  distribution(): string;
  destroy(): void;
}

const HIGHEST_MICROSECONDS = 600_000_000;
const TICKS_PER_HALF_DISTANCE = 5;
/** Of this module alone; the interface above does not show it. */
const inner = new WeakMap<DurationHistogram, Histogram>();
let isReady = false;

export function createHistogram(): DurationHistogram {
  const histogram = buildHistogram();
  // A bucket's upper end may lie above the greatest value in it.
  const atMs = (percentile: number) => Math.min(histogram.getValueAtPercentile(percentile), histogram.maxValue) / 1000;
  const created: DurationHistogram = {
    record(ms) {
      histogram.recordValue(Math.min(HIGHEST_MICROSECONDS, Math.max(0, Math.round(ms * 1000))));
    },
    add(other) {
      const theirs = inner.get(other);
      if (theirs) histogram.add(theirs);
    },
    percentileMs: atMs,
    percentiles: () => ({
      count: histogram.totalCount,
      mean: histogram.totalCount === 0 ? 0 : histogram.mean / 1000,
      p50: atMs(50),
      p90: atMs(90),
      p99: atMs(99),
      p999: atMs(99.9),
      max: histogram.maxValue / 1000,
    }),
    encode: () => encodeIntoCompressedBase64(histogram),
    distribution: () => histogram.outputPercentileDistribution(TICKS_PER_HALF_DISTANCE, 1000),
    destroy: () => histogram.destroy(),
  };
  inner.set(created, histogram);
  return created;
}

function buildHistogram(): Histogram {
  if (!isReady) {
    // Takes some 50 ms, once; therefore not while this module is loaded.
    initWebAssemblySync();
    isReady = true;
  }
  return build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_MICROSECONDS,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: true,
  });
}
