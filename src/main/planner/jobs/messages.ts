/** What the server and the planner's thread say to each other. Everything in it can be copied from one to the other. */

import { AppError, type ErrorKind } from '../../foundation/errors.ts';

export interface Progress {
  done: number;
  total: number;
  /** A whole sentence. */
  sentence: string;
}

export interface ThreadData {
  /** Below it the thread puts whatever files it needs. */
  readonly directory: string;
}

export type ToThread<Task> =
  | { readonly kind: 'task'; readonly id: number; readonly task: Task }
  /** Give up what is under way. */
  | { readonly kind: 'stop'; readonly id: number }
  /** There is nothing more to do. */
  | { readonly kind: 'end' };

export interface SentError {
  /** Null for what nobody had foreseen: it is logged and not shown. */
  readonly refusal: { kind: ErrorKind; code: string } | null;
  readonly message: string;
  readonly stack: string | undefined;
}

export type FromThread<Answer> =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly kind: 'error'; readonly id: number; readonly error: SentError };

export function toSent(thrown: unknown): SentError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const refusal = error instanceof AppError ? { kind: error.kind, code: error.code } : null;
  return { refusal, message: error.message, stack: error.stack };
}

export function fromSent({ message, refusal, stack }: SentError): Error {
  if (refusal) return new AppError(refusal.kind, refusal.code, message);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
