/**
 * How a feature says what it answers: a table of routes, one line each. The schema checks the input, types the handler and
 * documents the endpoint; the access rule is asked before the handler runs, so that no handler can forget it.
 */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { AppError } from '../foundation/errors.ts';
import type { Caller, RequestContext } from './request-context.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call: anyone, anyone logged in, or an operator. */
export type Access = 'public' | 'user' | 'operator';

export interface RouteSchema {
  /** One line for the reference. */
  summary: string;
  description?: string;
  params?: TSchema;
  query?: TSchema;
  body?: TSchema;
  /** Bodies by status; the first is what the handler's return value is sent as. `null` stands for an empty body. */
  response: Readonly<Record<number, TSchema | null>>;
  /** Codes this endpoint may refuse with, beyond those that any endpoint may. */
  errors?: readonly string[];
}

type Part<S extends RouteSchema, Name extends 'params' | 'query' | 'body'> = S[Name] extends TSchema
  ? Static<S[Name]>
  : undefined;

/** Where there is no body, a handler need not return anything. */
type Nothing = ReturnType<() => void>;

type Answer<S extends RouteSchema> = {
  [Status in keyof S['response']]: S['response'][Status] extends TSchema ? Static<S['response'][Status]> : Nothing;
}[keyof S['response']];

export interface RouteInput<S extends RouteSchema, A extends Access = Access> {
  params: Part<S, 'params'>;
  query: Part<S, 'query'>;
  body: Part<S, 'body'>;
  context: RequestContext;
  /** Always null on public routes: they do not ask who calls. */
  caller: A extends 'public' ? null : Caller;
  request: FastifyRequest;
  /** For what a body cannot say: another status, a cookie, a stream. */
  reply: FastifyReply;
}

export interface RouteOptions<S extends RouteSchema, A extends Access> {
  access: A;
  schema: S;
  /** How long the whole request may take; 10 s when left out. */
  deadlineMs?: number;
  /** Smaller than the server's own limit. */
  bodyLimitBytes?: number;
  /** Asks for a fresh proof of who the caller is, with a second factor where he has one. Implies that no API key will do. */
  stepUp?: boolean;
  /** Whether it may be called by who must set up a second factor first. */
  beforeFactor?: boolean;
  /**
   * What an operator's route asks of others than operators, and any route of an API key. By its feature and method when left
   * out: `data.read`, and `own.data.read` for a user's route. Null: operators alone, and no key. See `permissionOf`.
   */
  permission?: string | null;
  /** Whether an operator who acts as a user may call it although it changes something of the user's account. */
  whileImpersonating?: boolean;
  /** Takes a form, also from a page of another site: only for what changes nothing and trusts nothing in it. */
  acceptsForm?: boolean;
  /**
   * Asked before the body is read and the caller is looked for: what everybody is refused with at this moment, null while nobody
   * is. Must answer from memory and know nothing of the request, so that being refused costs next to nothing and tells nothing.
   */
  refuseEarly?: () => AppError | null;
  /** The member of the body that says of whom a request without a session is, such as the address that somebody logs in with. */
  subjectField?: keyof Part<S, 'body'> & string;
}

export interface Route {
  readonly method: Method;
  /** Fastify's form: `/v1/data/records/:collection`. */
  readonly path: string;
  readonly access: Access;
  readonly schema: RouteSchema;
  readonly deadlineMs: number;
  readonly bodyLimitBytes: number | undefined;
  readonly subjectField?: string | undefined;
  readonly acceptsForm?: boolean | undefined;
  readonly stepUp?: boolean | undefined;
  readonly beforeFactor?: boolean | undefined;
  readonly permission?: string | null | undefined;
  readonly whileImpersonating?: boolean | undefined;
  readonly refuseEarly?: (() => AppError | null) | undefined;
  readonly handler: (input: never) => Promise<unknown>;
}

const DEADLINE_MS = 10_000;

export function route<const S extends RouteSchema, A extends Access>(
  method: Method,
  path: string,
  { deadlineMs = DEADLINE_MS, ...options }: RouteOptions<S, A>,
  handler: (input: RouteInput<S, A>) => Promise<Answer<S>>,
): Route {
  return { bodyLimitBytes: undefined, ...options, method, path, deadlineMs, handler };
}
