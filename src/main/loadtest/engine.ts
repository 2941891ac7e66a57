/** One run from beginning to end, in this thread: the adapter prepares, the generator sends, the tally adds up. */

import type { Adapter, AdapterContext } from './adapter.ts';
import { startGenerator } from './generator.ts';
import type { Outcome } from './outcome.ts';
import { type PhaseWatch, watchPhases } from './phase-watch.ts';
import type { PhaseBeginning, Progress, RunResult } from './result.ts';
import { hashSchedule, type Schedule } from './schedule.ts';
import { Tally } from './tally.ts';
import { checkTarget } from './target.ts';
import { createTransport, type Transport } from './transport.ts';

export interface EngineOptions {
  schedule: Schedule;
  /** Where the server listens, e.g. `http://127.0.0.1:8400`. */
  baseUrl: string;
  /** A request without a whole answer this long after its scheduled instant has failed; 10 s unless said otherwise. */
  timeoutMs?: number;
  /** Requests on their way at once; those above are skipped, which is a failure. 4,000 unless said otherwise. */
  maxInFlight?: number;
  /** Handed to the adapter's `prepare`. Must be plain data where the adapter is a file. */
  parameters?: Record<string, unknown>;
  /** Keeps a record of every request in the result. */
  records?: boolean;
  /** Puts encoded histograms into the result. */
  histograms?: boolean;
  allowOtherMachines?: boolean;
  signal?: AbortSignal;
  onPhase?(beginning: PhaseBeginning): void;
  onProgress?(progress: Progress): void;
}

export interface EngineRun extends EngineOptions {
  adapter: Adapter;
  /** Sees each request as it ends; only where the adapter runs in this thread. */
  onOutcome?(outcome: Outcome): void;
}

export const DEFAULT_TIMEOUT_MS = 10_000;
export const DEFAULT_MAX_IN_FLIGHT = 4_000;
const PREPARATION_TIMEOUT_MS = 60_000;
const PROGRESS_EVERY_MS = 1_000;

/**
 * Runs a schedule against a server and resolves with what became of it, also when it was interrupted by the signal.
 * Rejects when the adapter fails; a server that fails is a result.
 */
export async function runEngine(run: EngineRun): Promise<RunResult> {
  const { adapter, baseUrl, maxInFlight = DEFAULT_MAX_IN_FLIGHT } = run;
  checkTarget(baseUrl, run.allowOtherMachines ?? false);
  const transport = createTransport(baseUrl, maxInFlight);
  const context = contextOf(run, transport);
  try {
    const state = await adapter.prepare?.(context);
    try {
      adapter.start?.(state, context);
      return await measure({ ...run, maxInFlight }, transport, state);
    } finally {
      await adapter.cleanup?.(state, context);
    }
  } finally {
    transport.close();
  }
}

function contextOf(run: EngineRun, transport: Transport): AdapterContext {
  const { schedule } = run;
  return {
    baseUrl: run.baseUrl,
    users: schedule.shape.users,
    streams: schedule.streams,
    seed: schedule.shape.seed,
    parameters: run.parameters ?? {},
    signal: run.signal ?? new AbortController().signal,
    send: (request) =>
      new Promise((resolve, reject) => {
        transport.exchange(request, { timeoutMs: PREPARATION_TIMEOUT_MS, wantsBody: true }, (result) => {
          if (result.kind === 'answer') resolve(result);
          else
            reject(
              new Error(`${request.method} ${request.path}: ${result.kind === 'socket' ? result.reason : 'no answer'}`),
            );
        });
      }),
  };
}

async function measure(run: EngineRun, transport: Transport, state: unknown): Promise<RunResult> {
  const { adapter, schedule, timeoutMs = DEFAULT_TIMEOUT_MS, maxInFlight = DEFAULT_MAX_IN_FLIGHT } = run;
  const { records = false, histograms = false } = run;
  const tally = new Tally({ schedule, timeoutMs, records, histograms });
  // Before the start: hashing takes a while for a long schedule.
  const scheduleHash = hashSchedule(schedule);
  const generator = startGenerator({
    schedule,
    transport,
    timeoutMs,
    maxInFlight,
    signal: run.signal,
    requestFor: (stream, userIndex) => adapter.requestFor(stream, userIndex, state),
    accept: adapter.accept && ((answer) => adapter.accept?.(answer, state)),
    onOutcome(outcome) {
      tally.record(outcome);
      run.onOutcome?.(outcome);
    },
  });
  const { startedAtEpochMs } = generator;
  const watch = watchPhases({
    phases: schedule.phases,
    idleTurnsMs: () => generator.idleTurnsMs(),
    onPhase: (phase) => run.onPhase?.({ ...phase, startedAtEpochMs }),
  });
  const timer = setInterval(() => {
    tally.tick(generator.nowMs());
    run.onProgress?.(progressOf(generator, watch, tally, schedule));
  }, PROGRESS_EVERY_MS);
  try {
    const left = await generator.done;
    return {
      adapter: adapter.name,
      baseUrl: run.baseUrl,
      seed: schedule.shape.seed,
      scheduleHash,
      timeoutMs,
      maxInFlight,
      startedAtEpochMs,
      durationMs: schedule.durationMs,
      ...tally.finish(watch.finish()),
      wasInterrupted: run.signal?.aborted ?? false,
      left,
    };
  } finally {
    clearInterval(timer);
    watch.finish();
  }
}

function progressOf(
  generator: { nowMs(): number; inFlight(): number },
  watch: PhaseWatch,
  tally: Tally,
  schedule: Schedule,
): Progress {
  return {
    atMs: generator.nowMs(),
    durationMs: schedule.durationMs,
    phase: watch.current().name,
    inFlight: generator.inFlight(),
    streams: tally.counts(),
  };
}
