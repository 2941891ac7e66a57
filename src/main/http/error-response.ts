/** Renders every error, once, as RFC 9457 problem details. What is not an AppError is logged and shown as `internal`. */

import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type ErrorKind } from '../foundation/errors.ts';
import { bodyTooLarge, invalidInput, malformedJson, unsupportedMediaType } from './errors.ts';
import { fieldFaults } from './validation.ts';

const statusByKind: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  unprocessable: 422,
  rate_limited: 429,
  internal: 500,
  overloaded: 503,
  timeout: 504,
};

const OUR_FAULT = 'Something went wrong on our side.';
const PROBLEM_TYPE = 'application/problem+json';

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
  errors?: { field: string; message: string }[];
  retryAfterSeconds?: number;
  [extension: string]: unknown;
}

/** Up to a quarter later than said, so that those refused together do not come back together. */
function withJitter(seconds: number): number {
  return Math.max(1, Math.ceil(seconds * (1 + Math.random() / 4)));
}

export function toProblem(error: AppError, requestId: string): Problem {
  const status = statusByKind[error.kind];
  return {
    type: `/docs/errors#${error.code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    // A fault of ours is told to its log, places in the code included, and not to whoever met it.
    detail: error.kind === 'internal' ? OUR_FAULT : error.message,
    code: error.code,
    requestId,
    ...(error.fields ? { errors: error.fields } : {}),
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: withJitter(error.retryAfterSeconds) }),
    ...error.extensions,
  };
}

/**
 * Fastify's own errors, and anything unexpected, as one of ours.
 *
 * @param limitBytes the size of body that the route takes
 */
function toAppError(thrown: unknown, limitBytes = 0): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = thrown as Partial<FastifyError>;
  if (error.validation) return invalidInput(fieldFaults(error.validation, error.validationContext));
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return bodyTooLarge(limitBytes);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return unsupportedMediaType();
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return malformedJson();
  }
  if (error.statusCode && error.statusCode >= 400 && error.statusCode < 500) {
    return new AppError('invalid', 'bad_request', 'The request cannot be understood.', { cause: thrown });
  }
  return new AppError('internal', 'internal', OUR_FAULT, { cause: thrown });
}

/** What each failed request was answered with, for whoever counts them. */
const codes = new WeakMap<object, string>();

export function refusalOf(request: FastifyRequest): string | null {
  return codes.get(request) ?? null;
}

export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toAppError(thrown, request.routeOptions?.bodyLimit);
  if (error.kind === 'internal') request.log.error({ err: error }, 'a request failed');
  else if (error.kind === 'overloaded')
    request.log.warn({ code: error.code, ...error.details }, 'a request was refused');
  return sendRefusal(error, request, reply);
}

/** Renders it, and leaves the log to the caller. */
export function sendRefusal(error: AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error, request.id);
  codes.set(request, error.code);
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (error.headers) reply.headers(error.headers);
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type(PROBLEM_TYPE)
    .serializer(JSON.stringify)
    .send(problem);
}
