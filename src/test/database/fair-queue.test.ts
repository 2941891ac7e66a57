import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairQueue, type QueuedWaiter } from '../../main/database/fair-queue.ts';

const NO_CAP = Number.POSITIVE_INFINITY;
const place = {
  position: -1,
  older: undefined,
  newer: undefined,
  list: undefined,
  previous: undefined,
  next: undefined,
};
const waiterOf = (tenant: string, fingerprint = 's', expectedMs = 1): QueuedWaiter => ({
  ...{ tenant, fingerprint, expectedMs, enqueuedAtMs: 0, ...place },
});
const createQueue = (tenantMax = NO_CAP, fingerprintMax: (fingerprint: string) => number = () => NO_CAP) =>
  new FairQueue({ tenantMax, fingerprintMax });

/** 1 where everyone got the same, 1/n where one got all. (Jain, Chiu and Hawe, 1984.) */
function jain(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  return sum ** 2 / (shares.length * shares.reduce((total, share) => total + share ** 2, 0));
}

/** Serves `servings` waiters over `slots` slots, each for what it really costs; says how much time each tenant got. */
function serve(
  queue: FairQueue,
  { slots, servings, costOf }: { slots: number; servings: number; costOf: (waiter: QueuedWaiter) => number },
) {
  const gotMs = new Map<string, number>();
  const running: QueuedWaiter[] = [];
  for (let n = 0; n < servings; n += 1) {
    if (running.length === slots) {
      const done = running.shift() as QueuedWaiter;
      queue.ended(done.tenant, done.fingerprint, costOf(done) - done.expectedMs);
    }
    const waiter = queue.take();
    if (!waiter) break;
    queue.started(waiter.tenant, waiter.fingerprint, waiter.expectedMs);
    running.push(waiter);
    gotMs.set(waiter.tenant, (gotMs.get(waiter.tenant) ?? 0) + costOf(waiter));
  }
  return gotMs;
}

describe('a lane’s queue', () => {
  test('twenty tenants, one of them with two hundred times the load: each gets the same', () => {
    const queue = createQueue();
    for (let n = 0; n < 40_000; n += 1) queue.add(waiterOf('loud'));
    for (let tenant = 0; tenant < 19; tenant += 1) for (let n = 0; n < 200; n += 1) queue.add(waiterOf(`t${tenant}`));
    const gotMs = serve(queue, { slots: 8, servings: 20 * 150, costOf: () => 1 });
    expect(gotMs.size).toBe(20);
    expect(jain([...gotMs.values()])).toBeGreaterThan(0.999);
  });

  test('what is fair is the time on a connection, whatever a tenant’s statements were expected to take', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        (costs, slots) => {
          const queue = createQueue();
          const costOf = ({ tenant }: QueuedWaiter) => costs[Number(tenant)] as number;
          // As many that none of them runs dry, and expected as a statement of which nothing is known.
          for (const [tenant] of costs.entries())
            for (let n = 0; n < 4_000; n += 1) queue.add(waiterOf(String(tenant)));
          const gotMs = [...serve(queue, { slots, servings: 1_500, costOf }).values()];
          expect(gotMs).toHaveLength(costs.length);
          expect(jain(gotMs)).toBeGreaterThan(0.95);
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each(['returning', ''])(
    'a tenant who was away has saved nothing up: %j is next, and then takes turns',
    (name) => {
      const queue = createQueue();
      queue.add(waiterOf(name));
      for (let n = 0; n < 200; n += 1) queue.add(waiterOf('steady'));
      serve(queue, { slots: 1, servings: 100, costOf: () => 1 });
      for (let n = 0; n < 50; n += 1) queue.add(waiterOf(name));
      const order = Array.from({ length: 20 }, () => {
        const waiter = queue.take() as QueuedWaiter;
        queue.started(waiter.tenant, waiter.fingerprint, 1);
        queue.ended(waiter.tenant, waiter.fingerprint, 0);
        return waiter.tenant;
      });
      expect(order.slice(0, 3)).toContain(name);
      expect(order.filter((tenant) => tenant === name).length).toBeLessThanOrEqual(12);
      expect(order.filter((tenant) => tenant === 'steady').length).toBeGreaterThanOrEqual(8);
    },
  );

  test('whoever is parked for a full statement is next when the one before him leaves instead of being served', () => {
    const queue = createQueue(NO_CAP, () => 1);
    const [first, second] = [waiterOf('a'), waiterOf('b')];
    queue.started('c', 's', 1);
    for (const waiter of [first, second]) queue.add(waiter);
    expect(queue.take(), 'the statement is full').toBeUndefined();
    queue.ended('c', 's', 0);
    queue.remove(first);
    expect(queue.hasEligible()).toBe(true);
    expect(queue.take()).toBe(second);
  });

  test('a tenant at his cap keeps the room that his statement has from nobody else', () => {
    const queue = createQueue(1, (fingerprint) => (fingerprint === 's' ? 1 : NO_CAP));
    const [capped, other] = [waiterOf('a'), waiterOf('b')];
    queue.started('c', 's', 1);
    for (const waiter of [capped, other]) queue.add(waiter);
    queue.started('a', 'another statement', 1);
    queue.ended('c', 's', 0);
    expect(queue.take()).toBe(other);
    queue.started('b', 's', 1);
    queue.ended('b', 's', 0);
    expect(queue.take(), 'until he may again').toBeUndefined();
    queue.ended('a', 'another statement', 0);
    expect(queue.take()).toBe(capped);
  });

  test('the oldest is the oldest of all, also where he is parked', () => {
    const queue = createQueue(NO_CAP, (fingerprint) => (fingerprint === 's' ? 1 : NO_CAP));
    queue.started('c', 's', 1);
    const parked = { ...waiterOf('a', 's'), enqueuedAtMs: 5 };
    const later = { ...waiterOf('b', 't'), enqueuedAtMs: 7 };
    queue.add(later);
    queue.add(parked);
    expect(queue.oldestEnqueuedAtMs()).toBe(5);
    expect(queue.take()).toBe(later);
    expect(queue.oldestEnqueuedAtMs(), 'he alone is left').toBe(5);
    queue.remove(parked);
    expect(queue.oldestEnqueuedAtMs()).toBeUndefined();
  });

  test('says whose cap is reached', () => {
    const queue = createQueue(1, (fingerprint) => (fingerprint === 's' ? 1 : NO_CAP));
    expect(queue.capReached('a', 's')).toBeUndefined();
    queue.started('a', 's', 1);
    expect([queue.capReached('b', 's'), queue.capReached('a', 't'), queue.capReached('b', 't')]).toEqual([
      'statement',
      'tenant',
      undefined,
    ]);
  });

  const tenants = fc.constantFrom('a', 'b', 'c', '');
  const fingerprints = fc.constantFrom('s', 't', 'u');
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('add' as const), tenant: tenants, fingerprint: fingerprints }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('take' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('end' as const),
        index: fc.nat(20),
        surplusMs: fc.integer({ min: -1, max: 30 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), index: fc.nat(20) }) },
  );

  test('caps hold at every step, nobody is served twice or forgotten, and nobody stands in another’s way', () => {
    const TENANT_MAX = 2;
    const caps: Record<string, number> = { s: 1, t: 3, u: NO_CAP };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const queue = createQueue(TENANT_MAX, (fingerprint) => caps[fingerprint] as number);
        const waiting = new Set<QueuedWaiter>();
        const running: QueuedWaiter[] = [];
        const activeOf = (key: 'tenant' | 'fingerprint', value: string) =>
          running.filter((one) => one[key] === value).length;
        const mayRun = ({ tenant, fingerprint }: QueuedWaiter) =>
          (tenant === '' || activeOf('tenant', tenant) < TENANT_MAX) &&
          activeOf('fingerprint', fingerprint) < (caps[fingerprint] as number);
        const take = () => {
          const served = queue.take();
          if (!served) {
            expect([...waiting].filter(mayRun), 'someone could have been served').toEqual([]);
            return false;
          }
          expect(waiting.delete(served), 'served once').toBe(true);
          expect(mayRun(served), 'within the caps').toBe(true);
          queue.started(served.tenant, served.fingerprint, served.expectedMs);
          running.push(served);
          return true;
        };
        const end = (index: number, surplusMs: number) => {
          const [done] = running.splice(index % Math.max(1, running.length), 1);
          if (done) queue.ended(done.tenant, done.fingerprint, surplusMs);
        };
        for (const one of steps) {
          if (one.kind === 'add') {
            const waiter = waiterOf(one.tenant, one.fingerprint);
            waiting.add(waiter);
            queue.add(waiter);
          } else if (one.kind === 'take') take();
          else if (one.kind === 'end') end(one.index, one.surplusMs);
          else {
            const leaving = [...waiting][one.index % Math.max(1, waiting.size)];
            if (leaving) {
              waiting.delete(leaving);
              expect(queue.remove(leaving)).toBe(true);
              expect(queue.remove(leaving), 'only once').toBe(false);
            }
          }
          expect(queue.size).toBe(waiting.size);
          expect(new Set(queue.waiters)).toEqual(waiting);
        }
        while (waiting.size > 0) if (!take()) end(0, 0);
        expect([queue.size, queue.hasEligible()]).toEqual([0, false]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a crowd of tenants with one request each under way', () => {
  test('serves them all alike, beside one who always has two hundred', () => {
    const queue = new FairQueue({
      tenantMax: Number.POSITIVE_INFINITY,
      fingerprintMax: () => Number.POSITIVE_INFINITY,
    });
    const served = new Map<string, number>();
    const ask = (tenant: string) =>
      queue.add({
        ...{ tenant, fingerprint: 'x', expectedMs: 1, enqueuedAtMs: 0 },
        ...place,
      });
    const quiet = Array.from({ length: 19 }, (_, index) => `quiet-${index}`);
    for (let index = 0; index < 200; index += 1) ask('loud');
    for (const tenant of quiet) ask(tenant);
    // Eight are served at a time, each for ten milliseconds, and asks again when it was.
    const active: string[] = [];
    const serve = () => {
      const waiter = queue.take();
      if (!waiter) return;
      queue.started(waiter.tenant, 'x', waiter.expectedMs);
      active.push(waiter.tenant);
    };
    for (let slot = 0; slot < 8; slot += 1) serve();
    for (let turn = 0; turn < 4_000; turn += 1) {
      const tenant = active.shift() as string;
      queue.ended(tenant, 'x', 9);
      served.set(tenant, (served.get(tenant) ?? 0) + 1);
      ask(tenant);
      serve();
    }
    const counts = ['loud', ...quiet].map((tenant) => served.get(tenant) ?? 0);
    expect(Math.min(...counts)).toBeGreaterThan(150);
    expect(Math.max(...counts)).toBeLessThan(260);
  });
});
