/** Adds up a run while it goes on, in constant memory unless every request's record is wanted. */

import { createHistogram } from './histogram.ts';
import type { Outcome } from './outcome.ts';
import { RecordKeeper, type RequestRecords } from './records.ts';
import type { PhaseResult, Progress, RunResult, StreamResult } from './result.ts';
import { phaseAt, type Schedule } from './schedule.ts';
import { StreamCell } from './stream-cell.ts';
import { createTimeline, type TimelineRecorder } from './timeline.ts';
import { HurtTally } from './users-hurt.ts';
import { judgeValidity, type Validity } from './validity.ts';

export interface TallyOptions {
  schedule: Schedule;
  timeoutMs: number;
  /** Whether to keep a record of each request. */
  records: boolean;
  /** Whether the result carries encoded histograms. */
  histograms: boolean;
}

export type TallyResult = Pick<RunResult, 'phases' | 'total' | 'timeline' | 'usersHurt' | 'records'>;

export class Tally {
  readonly #options: TallyOptions;
  /** By phase, then by stream. */
  readonly #cells: StreamCell[][];
  readonly #timeline: TimelineRecorder;
  readonly #hurt: HurtTally;
  readonly #keeper: RecordKeeper | undefined;

  constructor(options: TallyOptions) {
    const { streams, phases, durationMs, shape, size } = options.schedule;
    this.#options = options;
    this.#cells = phases.map(() => streams.map(() => new StreamCell()));
    this.#timeline = createTimeline(streams, durationMs);
    this.#hurt = new HurtTally(streams, shape.users);
    this.#keeper = options.records ? new RecordKeeper(streams, size) : undefined;
  }

  record(outcome: Outcome): void {
    const { schedule, timeoutMs } = this.#options;
    const { stream, userIndex, scheduledAtMs, endedAtMs, failure } = outcome;
    const elapsedMs = endedAtMs - scheduledAtMs;
    // Never sent: it would have had to wait at least as long as those that were sent and had no answer.
    const responseMs = failure === 'skipped' ? Math.max(timeoutMs, elapsedMs) : elapsedMs;
    this.#cells[phaseAt(schedule.phases, scheduledAtMs)]?.[stream]?.record(outcome, responseMs);
    this.#timeline.record(stream, scheduledAtMs, responseMs, failure !== null);
    this.#hurt.note(stream, userIndex, failure !== null);
    this.#keeper?.keep(outcome);
  }

  /** To be called now and then: frees what was kept of seconds of which nothing can be on its way. */
  tick(nowMs: number): void {
    this.#timeline.close(nowMs - this.#options.timeoutMs - 1_000);
  }

  counts(): Progress['streams'] {
    const { streams } = this.#options.schedule;
    return Object.fromEntries(
      streams.map((name, stream) => {
        const sum = { offered: 0, succeeded: 0, failed: 0 };
        for (const phase of this.#cells) {
          const { offered = 0, succeeded = 0, failed = 0 } = phase[stream]?.counts ?? {};
          sum.offered += offered;
          sum.succeeded += succeeded;
          sum.failed += failed;
        }
        return [name, sum];
      }),
    );
  }

  /**
   * The result; the tally is of no use afterwards.
   * @param utilizations of the generator's thread, by phase, from 0 to 1
   */
  finish(utilizations: readonly number[]): TallyResult {
    const { schedule } = this.#options;
    const phases = schedule.phases.map((phase, index): PhaseResult => {
      const cells = this.#cells[index] ?? [];
      return {
        ...phase,
        streams: this.#name(cells),
        validity: validityOf(schedule.streams, cells, utilizations[index] ?? 0),
      };
    });
    const totals = schedule.streams.map((_, stream) => {
      const total = new StreamCell();
      for (const phase of this.#cells) total.add(phase[stream] as StreamCell);
      return total;
    });
    const total = { streams: this.#name(totals), validity: worstOf(phases.map(({ validity }) => validity)) };
    const records: RequestRecords | undefined = this.#keeper?.finish();
    for (const cell of [...this.#cells.flat(), ...totals]) cell.destroy();
    return {
      phases,
      total,
      timeline: this.#timeline.finish(),
      usersHurt: this.#hurt.count(),
      ...(records ? { records } : {}),
    };
  }

  #name(cells: readonly StreamCell[]): Record<string, StreamResult> {
    const { schedule, histograms } = this.#options;
    return Object.fromEntries(cells.map((cell, stream) => [schedule.streams[stream], cell.result(histograms)]));
  }
}

function validityOf(streams: readonly string[], cells: readonly StreamCell[], utilization: number): Validity {
  const lag = createHistogram();
  for (const cell of cells) lag.add(cell.histogram('lag'));
  const lagP99Ms = lag.percentileMs(99);
  lag.destroy();
  const services = cells
    .map((cell, stream) => [streams[stream] as string, cell.histogram('service')] as const)
    .filter(([, service]) => service.percentiles().count > 0)
    .map(([name, service]) => [name, service.percentileMs(99)] as const);
  return judgeValidity({ lagP99Ms, serviceP99Ms: Object.fromEntries(services), utilization });
}

function worstOf(all: readonly Validity[]): Validity {
  const invalid = all.filter(({ isValid }) => !isValid);
  const byLag = [...(invalid.length > 0 ? invalid : all)].sort((a, b) => b.lagP99Ms - a.lagP99Ms);
  return { ...(byLag[0] as Validity), reasons: [...new Set(invalid.flatMap(({ reasons }) => reasons))] };
}
