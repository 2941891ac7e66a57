/**
 * How a schedule is aimed at one kind of server: a small file of JavaScript whose export says which request a
 * stream means there. docs/user-guide/load-engine.md has a whole example.
 */

import { pathToFileURL } from 'node:url';
import type { Answer } from './outcome.ts';

export interface AdapterRequest {
  method: string;
  /** From the root of the server, with the query. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface AdapterContext {
  baseUrl: string;
  users: number;
  streams: readonly string[];
  seed: number;
  /** What the caller of the run passed on, e.g. passwords or tokens made beforehand. */
  parameters: Record<string, unknown>;
  /** Ends when the run is interrupted. */
  signal: AbortSignal;
  /** Sends one request, outside of every measurement, and resolves with whatever was answered. */
  send(request: AdapterRequest): Promise<{ status: number; headers: Answer['headers']; body: string }>;
}

/** `State` is what `prepare` returned; it belongs to one run. */
export interface Adapter<State = unknown> {
  name: string;
  /** Before the first request: signs up users, logs them in, whatever the run needs. Not measured. */
  prepare?(context: AdapterContext): State | Promise<State>;
  /** After `prepare`, at the instant from which all others are counted. */
  start?(state: State, context: AdapterContext): void;
  /** The request of this stream for this user. Called for each request, so it must be quick and wait for nothing. */
  requestFor(stream: string, userIndex: number, state: State): AdapterRequest;
  /** Sees each answer below 400. `false` makes it a failure: the status was good, and the content was not. */
  accept?(answer: Answer, state: State): boolean | undefined;
  /** After the last answer, and also where the run was interrupted. */
  cleanup?(state: State, context: AdapterContext): void | Promise<void>;
}

/** Loads the adapter that a file exports as its default, or as `adapter`. Throws a TypeError that says what is missing. */
export async function loadAdapter(path: string): Promise<Adapter> {
  const loaded = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as {
    default?: unknown;
    adapter?: unknown;
  };
  const adapter = (loaded.default ?? loaded.adapter) as Partial<Adapter> | null | undefined;
  if (adapter === undefined || adapter === null || typeof adapter !== 'object') {
    throw new TypeError(`${path} exports no adapter`);
  }
  if (typeof adapter.name !== 'string') throw new TypeError(`the adapter in ${path} has no name`);
  if (typeof adapter.requestFor !== 'function') throw new TypeError(`the adapter in ${path} has no requestFor`);
  for (const optional of ['prepare', 'start', 'accept', 'cleanup'] as const) {
    const kind = typeof adapter[optional];
    if (kind !== 'undefined' && kind !== 'function') {
      throw new TypeError(`${optional} of the adapter in ${path} is no function`);
    }
  }
  return adapter as Adapter;
}
