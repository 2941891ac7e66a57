/** What became of one request: the words the generator, the tally and whoever listens share. */

/**
 * - `timeout`: no whole answer within the time limit, counted from the scheduled instant
 * - `status`: an answer with a status of 400 or above
 * - `socket`: refused, reset, or cut off in the middle of the answer
 * - `answer`: the adapter did not accept the answer
 * - `skipped`: never sent, because as many as allowed were on their way
 */
export const FAILURES = ['skipped', 'timeout', 'socket', 'status', 'answer'] as const;

export type Failure = (typeof FAILURES)[number];

/** All instants are milliseconds since the run's start. */
export interface Outcome {
  /** An index into the schedule's streams. */
  stream: number;
  userIndex: number;
  scheduledAtMs: number;
  /** When it was handed to the socket; the instant of refusal where it was skipped. */
  sentAtMs: number;
  endedAtMs: number;
  /** 0 where no answer came. */
  status: number;
  failure: Failure | null;
  /** What the answer's Retry-After said. */
  retryAfterSeconds: number | null;
  /** The member `code` of a JSON answer with a status of 400 or above. */
  problemCode: string | null;
}

/** A whole answer, as an adapter's `accept` sees it. */
export interface Answer {
  stream: string;
  userIndex: number;
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as text; cut at one megabyte. */
  body: string;
}
