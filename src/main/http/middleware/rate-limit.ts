/**
 * Limits how often one may ask: by network from the first byte on, by account or API key once it is known, and all together.
 * Counted in this process's memory by GCRA (the "virtual scheduling" form of the leaky bucket, ITU-T I.371): one number a
 * key, the time at which it would be idle again, so that a request costs one look into a map. A minute's worth may come at
 * once. What is left is said in the headers of draft-ietf-httpapi-ratelimit-headers.
 */

import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { networkOf } from '../../foundation/network.ts';
import { tooManyRequests } from '../errors.ts';
import { isFromThisMachine } from '../health.ts';
import type { Caller } from '../request-context.ts';
import type { Access } from '../route.ts';

/** Requests a minute; 0 means no limit. */
export interface RateLimits {
  readonly perAccount: number;
  readonly perNetwork: number;
  readonly total: number;
}

export interface RateLimiter {
  /** For every request, before anything is read of it. Calls with the error `too_many_requests` where it is too much. */
  readonly onRequest: onRequestHookHandler;
  /** For a request whose caller was found. @throws AppError too_many_requests */
  admitCaller(caller: Caller, reply: FastifyReply): void;
}

const WINDOW_MS = 60_000;
/** Of each generation. An attacker with more networks than that has as many budgets anyway; `total` is what holds him. */
const MAX_KEYS = 100_000;
/** Who asks these must be answered whatever happens, and they answer from memory. */
const PROBES = new Set(['/health/live', '/health/ready']);

export interface Taken {
  /** How many more may come at once; -1 where this one was refused. */
  readonly left: number;
  /** Until all of it may come at once again; where it was refused, until one may. */
  readonly waitMs: number;
}

/**
 * One limit for many keys. No key's time lies more than a window ahead, so whoever has not been seen for a whole window
 * has all of his budget: two generations of a window each hold everything there is to know, and are thrown away whole.
 */
export class Meter {
  readonly perMinute: number;
  readonly #intervalMs: number;
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  #turnedAtMs = Number.NEGATIVE_INFINITY;

  constructor(perMinute: number) {
    this.perMinute = perMinute;
    this.#intervalMs = WINDOW_MS / perMinute;
  }

  take(key: string, nowMs: number): Taken {
    if (nowMs - this.#turnedAtMs >= WINDOW_MS || this.#young.size >= MAX_KEYS) this.#turn(nowMs);
    const idleAtMs = Math.max(this.#young.get(key) ?? this.#old.get(key) ?? nowMs, nowMs);
    const nextMs = idleAtMs + this.#intervalMs;
    const tooEarlyMs = nextMs - nowMs - WINDOW_MS;
    // A thousandth of a millisecond: what sums of fractions are off by.
    if (tooEarlyMs > 0.001) return { left: -1, waitMs: tooEarlyMs };
    this.#young.set(key, nextMs);
    return { left: Math.floor((WINDOW_MS - (nextMs - nowMs)) / this.#intervalMs + 0.001), waitMs: nextMs - nowMs };
  }

  #turn(nowMs: number): void {
    this.#old = nowMs - this.#turnedAtMs < 2 * WINDOW_MS ? this.#young : new Map();
    this.#young = new Map();
    this.#turnedAtMs = nowMs;
  }
}

export function createRateLimiter({ perAccount, perNetwork, total }: RateLimits): RateLimiter {
  const byAccount = perAccount > 0 ? new Meter(perAccount) : null;
  const byNetwork = perNetwork > 0 ? new Meter(perNetwork) : null;
  const together = total > 0 ? new Meter(total) : null;
  const policy = (name: string, meter: Meter | null) => (meter ? `"${name}";q=${meter.perMinute};w=60` : '');
  const networkPolicy = policy('network', byNetwork);
  const bothPolicies = [policy('account', byAccount), networkPolicy].filter((one) => one !== '').join(', ');

  return {
    onRequest: function limitRate(request, reply, done) {
      if (isExempt(request)) return done();
      const nowMs = performance.now();
      if (byNetwork) {
        const taken = byNetwork.take(networkOf(request.ip), nowMs);
        tell(reply, networkPolicy, [['network', taken]]);
        networkTaken.set(reply, taken);
        if (taken.left < 0) return done(refusal(taken));
      }
      // Whoever has to end an attack must not be kept out by it; strangers who pose as him are held by their networks.
      if (together && accessOf(request) !== 'operator') {
        const taken = together.take('', nowMs);
        if (taken.left < 0) return done(refusal(taken));
      }
      done();
    },
    admitCaller({ userId, standing }, reply) {
      if (!byAccount) return;
      const key = standing?.apiKey?.id ?? userId;
      const taken = byAccount.take(key, performance.now());
      const ofNetwork = networkTaken.get(reply);
      tell(
        reply,
        bothPolicies,
        ofNetwork
          ? [
              ['account', taken],
              ['network', ofNetwork],
            ]
          : [['account', taken]],
      );
      if (taken.left < 0) throw refusal(taken);
    },
  };
}

/** Said again together with the account's, which is known later. */
const networkTaken = new WeakMap<FastifyReply, Taken>();

function refusal({ waitMs }: Taken) {
  return tooManyRequests(Math.max(1, Math.ceil(waitMs / 1000)));
}

function tell(reply: FastifyReply, policies: string, taken: readonly (readonly [name: string, taken: Taken])[]): void {
  const items = taken.map(
    ([name, { left, waitMs }]) => `"${name}";r=${Math.max(0, left)};t=${Math.ceil(waitMs / 1000)}`,
  );
  reply.header('ratelimit-policy', policies);
  reply.header('ratelimit', items.join(', '));
}

function isExempt(request: FastifyRequest): boolean {
  const { url } = request.routeOptions;
  if (url === undefined) return false;
  return PROBES.has(url) || (url === '/metrics' && isFromThisMachine(request));
}

function accessOf(request: FastifyRequest): Access | undefined {
  return (request.routeOptions.config as { access?: Access } | undefined)?.access;
}
