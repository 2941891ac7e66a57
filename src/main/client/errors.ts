// The one error the client throws: what the server answered, in a shape that can be shown and acted upon.

export interface FieldProblem {
  /** The name of the field in the request body. */
  readonly field: string;
  readonly message: string;
}

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | null;
  readonly fields: readonly FieldProblem[];
  readonly retryAfterSeconds: number | null;
  /** What else the server said, such as the `methods` of `step_up_required`. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The `code` when no answer came at all; the server's own codes are listed in docs/api/errors.md. */
export const SERVER_UNREACHABLE = 'server_unreachable';

/** A refusal by the server, or no answer from it (`status` 0). `message` may be shown to a person. */
export class ProblemError extends Error implements Problem {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Give it to whoever runs the server: it finds the request in the log. */
  readonly requestId: string | null;
  readonly fields: readonly FieldProblem[];
  /** How long the server asks to be left alone, in seconds. */
  readonly retryAfterSeconds: number | null;
  /** What else the server said, such as the `methods` of `step_up_required`; to be looked at before it is believed. */
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail || problem.title, options);
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.requestId = problem.requestId;
    this.fields = problem.fields;
    this.retryAfterSeconds = problem.retryAfterSeconds;
    this.extensions = problem.extensions ?? {};
  }

  /** What the server says about one field, or null. */
  fieldMessage(field: string): string | null {
    return this.fields.find((problem) => problem.field === field)?.message ?? null;
  }
}

/** Reads a refusal. An answer that is no problem document (a proxy's page, say) becomes one with what is known. */
export async function problemFrom(response: Response): Promise<ProblemError> {
  const body = await readBody(response);
  return new ProblemError({
    status: response.status,
    code: text(body.code) ?? `http_${response.status}`,
    title: text(body.title) ?? (response.statusText || `Status ${response.status}`),
    detail: text(body.detail) ?? '',
    requestId: text(body.requestId) ?? response.headers.get('x-request-id'),
    fields: fieldProblems(body.errors),
    retryAfterSeconds: retryAfter(body.retryAfterSeconds, response.headers.get('retry-after')),
    extensions: body,
  });
}

/** The error for a request that got no answer. */
export function unreachable(cause: unknown): ProblemError {
  return new ProblemError(
    {
      status: 0,
      code: SERVER_UNREACHABLE,
      title: 'The server cannot be reached',
      detail: 'No answer came from the server.',
      requestId: null,
      fields: [],
      retryAfterSeconds: null,
    },
    { cause },
  );
}

async function readBody(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return isRecord(body) ? body : {};
  } catch {
    return {};
  }
}

function fieldProblems(value: unknown): readonly FieldProblem[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (!isRecord(entry)) return [];
    const field = text(entry.field);
    const message = text(entry.message);
    return field !== null && message !== null ? [{ field, message }] : [];
  });
}

function retryAfter(fromBody: unknown, fromHeader: string | null): number | null {
  if (typeof fromBody === 'number') return fromBody;
  const seconds = fromHeader === null ? Number.NaN : Number(fromHeader);
  return Number.isFinite(seconds) ? seconds : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
