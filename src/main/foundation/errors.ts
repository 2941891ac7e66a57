/**
 * The one error type. Whoever refuses throws an AppError; `http/error-response.ts` renders it once, as RFC 9457
 * problem details. The kind decides the status, the code is promised to callers, the cause is for the log alone.
 */

export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unsupported'
  | 'unprocessable'
  | 'rate_limited'
  | 'internal'
  | 'overloaded'
  | 'timeout';

/** What is wrong with one field of the caller's input; `field` is a dotted path such as `fields.2.name`. */
export interface FieldFault {
  field: string;
  message: string;
}

export interface AppErrorOptions {
  /** Kept for the log, never shown to the caller. */
  cause?: unknown;
  /** Facts for the log, never shown to the caller. */
  details?: Record<string, unknown>;
  /** Shown to the caller as `errors`. */
  fields?: FieldFault[];
  /** Becomes the Retry-After header; the renderer adds jitter. */
  retryAfterSeconds?: number;
  /** Further members of the problem document, shown to the caller. */
  extensions?: Record<string, unknown>;
  /** Further headers of the answer, in lower case. */
  headers?: Readonly<Record<string, string>>;
}

export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly details: Record<string, unknown> | undefined;
  readonly fields: FieldFault[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly extensions: Record<string, unknown> | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  /**
   * @param kind decides the HTTP status
   * @param code stable snake_case name, listed in docs/api/errors.md
   * @param message one sentence for the caller; never SQL, never a secret
   */
  constructor(kind: ErrorKind, code: string, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.code = code;
    this.details = options.details;
    this.fields = options.fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.extensions = options.extensions;
    this.headers = options.headers;
  }
}

/** Makes an Error of whatever was thrown, so that a log line always has a message and a stack. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`a value that is no error was thrown: ${String(thrown)}`);
}

/** The message of a thrown value, for a terminal. */
export function messageOf(thrown: unknown): string {
  const error = toError(thrown);
  // A host with several addresses fails with one error for each, and no message of its own.
  if (error.message === '' && error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error.message;
}
