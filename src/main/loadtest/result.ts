/** What a run answers: numbers by phase and stream, a series for plots, and whether they may be believed. */

import type { Left } from './generator.ts';
import type { Percentiles } from './histogram.ts';
import type { Failure } from './outcome.ts';
import type { RequestRecords } from './records.ts';
import type { Timeline } from './timeline.ts';
import type { UsersHurt } from './users-hurt.ts';
import type { Validity } from './validity.ts';

export interface StreamResult {
  /** Requests that were due; each of them has succeeded or failed. */
  offered: number;
  succeeded: number;
  /** The skipped included. */
  failed: number;
  skipped: number;
  byFailure: Record<Failure, number>;
  /** By status, as text; requests without an answer are not here. */
  byStatus: Record<string, number>;
  byProblemCode: Record<string, number>;
  /** From the scheduled instant to the end, however it ended; a skipped request counts as the time limit. */
  response: Percentiles;
  /** The same, of those that succeeded. */
  responseOfSucceeded: Percentiles;
  /** From sending to the end. Hides what a stall did to those who waited before it: never publish it as the response. */
  service: Percentiles;
  /** From the scheduled instant to sending: what the generator itself was late. */
  lag: Percentiles;
  /** HdrHistogram V2, compressed, base64; only where `histograms` was asked for. */
  histograms?: Record<'response' | 'responseOfSucceeded' | 'service' | 'lag', string>;
}

export interface PhaseResult {
  name: string;
  startMs: number;
  endMs: number;
  streams: Record<string, StreamResult>;
  validity: Validity;
}

export interface RunResult {
  adapter: string;
  baseUrl: string;
  seed: number;
  scheduleHash: string;
  timeoutMs: number;
  maxInFlight: number;
  /** The instant all others are counted from, in milliseconds since 1970. */
  startedAtEpochMs: number;
  durationMs: number;
  phases: PhaseResult[];
  /** All phases together. Its validity is the worst of theirs. */
  total: { streams: Record<string, StreamResult>; validity: Validity };
  timeline: Timeline;
  usersHurt: UsersHurt;
  wasInterrupted: boolean;
  left: Left;
  /** Only where `records` was asked for. */
  records?: RequestRecords;
}

/** Told each second while a run goes on; counts are since the start. */
export interface Progress {
  atMs: number;
  durationMs: number;
  phase: string;
  inFlight: number;
  streams: Record<string, { offered: number; succeeded: number; failed: number }>;
}

/** Told when a phase begins; the first of them is the start of the run. */
export interface PhaseBeginning {
  name: string;
  startMs: number;
  endMs: number;
  /** The start of the run, in milliseconds since 1970. */
  startedAtEpochMs: number;
}
