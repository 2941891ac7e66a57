/**
 * Counts how often one request runs one statement: a list that asks again for each of its rows shows in no plan. It hears of every
 * statement with the request that it ran for; a request counts as over once others have come after it.
 */

import { PoolTracker, type StatementOutcome } from '../database/index.ts';
import type { Clock } from '../foundation/clock.ts';

export interface RepeatedStatement {
  statement: string;
  route: string;
  /** Requests that ran it more than a few times. */
  requests: number;
  /** In the one that ran it most. */
  most: number;
  /** In those requests, on average. */
  mean: number;
}

/** A request that asks for a user, a session and a page runs no statement as often. */
const REPEATED = 5;
/** Requests whose statements are still counted one by one. */
const OPEN_MAX = 1_000;
/** Pairs of a statement and a route; the first to come are kept. */
const PAIRS_MAX = 500;
/** What was mended is forgotten after one to two of these. */
const PERIOD_MS = 12 * 3_600_000;

interface OpenRequest {
  route: string;
  calls: Map<string, number>;
}

interface Pair {
  statement: string;
  route: string;
  requests: number;
  most: number;
  calls: number;
}

export class RepeatedStatements extends PoolTracker {
  readonly #clock: Clock;
  readonly #open = new Map<string, OpenRequest>();
  #pairs = new Map<string, Pair>();
  #before = new Map<string, Pair>();
  #turnedAtMs: number;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
    this.#turnedAtMs = clock.monotonicMs();
  }

  override statementEnded({ origin, statement }: StatementOutcome): void {
    if (origin?.requestId === undefined || origin.route === undefined) return;
    let request = this.#open.get(origin.requestId);
    if (!request) {
      request = { route: origin.route, calls: new Map() };
      this.#open.set(origin.requestId, request);
      if (this.#open.size > OPEN_MAX) this.#closeOldest();
    }
    request.calls.set(statement, (request.calls.get(statement) ?? 0) + 1);
  }

  /** Those that run it most in all come first. */
  list(): RepeatedStatement[] {
    this.#turn();
    const pairs = new Map<string, Pair>();
    for (const one of [...this.#before.values(), ...this.#pairs.values()]) add(pairs, one);
    for (const { calls, route } of this.#open.values()) note(pairs, route, calls);
    return [...pairs.values()]
      .sort((a, b) => b.calls - a.calls)
      .map(({ calls, most, requests, route, statement }) => ({
        ...{ statement, route, requests, most },
        mean: calls / requests,
      }));
  }

  #closeOldest(): void {
    this.#turn();
    for (const [id, { calls, route }] of this.#open) {
      this.#open.delete(id);
      note(this.#pairs, route, calls);
      return;
    }
  }

  #turn(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#turnedAtMs < PERIOD_MS) return;
    this.#before = this.#pairs;
    this.#pairs = new Map();
    this.#turnedAtMs = nowMs;
  }
}

function note(pairs: Map<string, Pair>, route: string, calls: ReadonlyMap<string, number>): void {
  for (const [statement, count] of calls) {
    if (count >= REPEATED) add(pairs, { statement, route, requests: 1, most: count, calls: count });
  }
}

function add(pairs: Map<string, Pair>, one: Pair): void {
  const key = `${one.route}\n${one.statement}`;
  const known = pairs.get(key);
  if (known) {
    known.requests += one.requests;
    known.calls += one.calls;
    known.most = Math.max(known.most, one.most);
  } else if (pairs.size < PAIRS_MAX) pairs.set(key, { ...one });
}
