/** What readers of the figures get: series of points, each the mean, the least and the most of its step. */

export interface SamplePoint {
  /** When the step began; wall clock, milliseconds since 1970. */
  readonly atMs: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

export interface SampleSeries {
  readonly name: string;
  readonly scope: string;
  /** Oldest first; a step in which nothing was measured has none. */
  readonly points: readonly SamplePoint[];
}

export interface SampleQuery {
  readonly name: string;
  /** Left out: all scopes. */
  readonly scope?: string | undefined;
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  /** Made wider where what is kept of that time is. */
  readonly stepMs: number;
}

export interface SampleAnswer {
  readonly stepMs: number;
  readonly series: readonly SampleSeries[];
  /** False where the database did not answer: only what this process has in memory is there. */
  readonly isComplete: boolean;
}
