/**
 * A series for each stream, second by second, for plots. A request belongs to the second it was due in, and its time is
 * the response from that instant. Exact percentiles: a second's values are kept until nothing of it can be on its way.
 */

export interface TimelineSeries {
  offered: number[];
  succeeded: number[];
  failed: number[];
  /** Milliseconds of all that ended, the failed included; null in a second without any. */
  p50: (number | null)[];
  p99: (number | null)[];
  max: (number | null)[];
}

/** Index i of every list is the second from i to i + 1 since the start. */
export interface Timeline {
  seconds: number;
  streams: Record<string, TimelineSeries>;
}

export interface TimelineRecorder {
  record(stream: number, scheduledAtMs: number, responseMs: number, isFailed: boolean): void;
  /** Summarises the seconds before this instant and frees their values. */
  close(beforeMs: number): void;
  /** Closes every second. */
  finish(): Timeline;
}

interface Second {
  succeeded: number;
  responses: number[];
}

export function createTimeline(streams: readonly string[], durationMs: number): TimelineRecorder {
  const seconds = Math.max(1, Math.ceil(durationMs / 1000));
  const open: Map<number, Second>[] = streams.map(() => new Map());
  const series = streams.map(() => createSeries(seconds));
  const close = (beforeSecond: number) => {
    open.forEach((bySecond, stream) => {
      for (const [second, values] of bySecond) {
        if (second >= beforeSecond) continue;
        summarise(series[stream] as TimelineSeries, second, values);
        bySecond.delete(second);
      }
    });
  };
  return {
    record(stream, scheduledAtMs, responseMs, isFailed) {
      const bySecond = open[stream] as Map<number, Second>;
      const second = Math.min(seconds - 1, Math.floor(scheduledAtMs / 1000));
      const values = bySecond.get(second) ?? { succeeded: 0, responses: [] };
      bySecond.set(second, values);
      values.responses.push(responseMs);
      if (!isFailed) values.succeeded += 1;
    },
    close: (beforeMs) => close(Math.floor(beforeMs / 1000)),
    finish() {
      close(Number.POSITIVE_INFINITY);
      return {
        seconds,
        streams: Object.fromEntries(streams.map((name, index) => [name, series[index] as TimelineSeries])),
      };
    },
  };
}

function createSeries(seconds: number): TimelineSeries {
  const zeros = () => new Array<number>(seconds).fill(0);
  const nothing = () => new Array<number | null>(seconds).fill(null);
  return { offered: zeros(), succeeded: zeros(), failed: zeros(), p50: nothing(), p99: nothing(), max: nothing() };
}

function summarise(series: TimelineSeries, second: number, { succeeded, responses }: Second): void {
  responses.sort((a, b) => a - b);
  const at = (share: number) => responses[Math.max(0, Math.ceil(responses.length * share) - 1)] ?? null;
  series.offered[second] = responses.length;
  series.succeeded[second] = succeeded;
  series.failed[second] = responses.length - succeeded;
  series.p50[second] = at(0.5);
  series.p99[second] = at(0.99);
  series.max[second] = at(1);
}
