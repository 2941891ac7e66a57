/** The whole desk with its connections against a model, with clients that do nothing and a clock that stands still. */

import fc from 'fast-check';
import type { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Connection, Connections } from '../../main/database/connections.ts';
import type { LaneSettings, Lanes } from '../../main/database/lane.ts';
import { LeaseDesk } from '../../main/database/lease-desk.ts';
import type { HeldLease } from '../../main/database/lease-request.ts';
import type { OpenedConnection } from '../../main/database/opener.ts';
import { TimerWheel } from '../../main/database/timer-wheel.ts';
import { PoolTracker } from '../../main/database/tracker.ts';

const MAX = 6;
const settingsOf = (name: string, rank: number, rest: Partial<LaneSettings>): LaneSettings => ({
  ...{ name, rank, guaranteed: 0, ceiling: MAX, weight: 1, queueMax: 8, waitMaxMs: 400 },
  ...rest,
});
const lanes: Lanes = {
  first: settingsOf('first', 0, { guaranteed: 2, weight: 3 }),
  second: settingsOf('second', 1, { guaranteed: 1, ceiling: 4, tenantMax: 2, statementMax: 3 }),
  greedy: settingsOf('greedy', 2, { queueMax: 20 }),
  third: settingsOf('third', 3, { ceiling: 2, waitMaxMs: 200, sojourn: { targetMs: 40, intervalMs: 100 } }),
};
const laneNames = Object.keys(lanes);

/** A server of which the test says when it opens, refuses and loses a connection. */
class StubServer {
  readonly #pending: { resolve: (opened: OpenedConnection) => void; reject: (error: Error) => void; lost: Lost }[] = [];
  readonly open = new Map<Client, Lost>();
  /** Whether an idle connection answers when it is asked for a sign of life. */
  answersProbes = true;
  mostOpen = 0;
  #nextPid = 1;

  readonly opener = (lost: Lost): Promise<OpenedConnection> =>
    new Promise((resolve, reject) => this.#pending.push({ resolve, reject, lost }));

  get opening(): number {
    return this.#pending.length;
  }

  answer(isAccepted: boolean): void {
    const next = this.#pending.shift();
    if (!next) return;
    if (!isAccepted) {
      next.reject(new Error('refused'));
      return;
    }
    const client = this.#createClient();
    this.open.set(client, next.lost);
    this.mostOpen = Math.max(this.mostOpen, this.open.size);
    next.resolve({ client, pid: this.#nextPid++, isPooled: false });
  }

  loseOne(index: number): void {
    const [client, lost] = [...this.open][index % Math.max(1, this.open.size)] ?? [];
    if (!client || !lost) return;
    this.open.delete(client);
    lost(client, new Error('lost'));
  }

  #createClient(): Client {
    const client = {
      query: async () => {
        if (!this.answersProbes || !this.open.has(client as unknown as Client)) throw new Error('dead');
        return { rows: [] };
      },
      end: async () => void this.open.delete(client as unknown as Client),
    };
    return client as unknown as Client;
  }
}

type Lost = (client: Client, error: Error) => void;

interface Caller {
  lane: string;
  deadlineAtMs: number;
  abort: AbortController;
  endings: number;
  held: HeldLease | undefined;
}

/** Keeps its own books of who holds what, and holds them against the desk's after every step. */
class World {
  nowMs = 1_000;
  readonly server = new StubServer();
  readonly wheel = new TimerWheel(() => this.nowMs);
  readonly connections: Connections;
  readonly desk: LeaseDesk;
  readonly callers: Caller[] = [];

  constructor(lanesOfPool: Lanes = lanes, maxConnections = MAX) {
    const nowMs = () => this.nowMs;
    const { wheel } = this;
    const tracker = new PoolTracker();
    const shared = { maxConnections, tracker, wheel, nowMs };
    const rest = { open: this.server.opener, idleTimeoutMs: 10_000, logger: undefined };
    this.connections = new Connections({ ...shared, ...rest });
    this.desk = new LeaseDesk({
      ...shared,
      lanes: lanesOfPool,
      connections: this.connections,
      onChange: () => undefined,
    });
  }

  ask({
    lane,
    tenant,
    fingerprint,
    patienceMs,
  }: {
    lane: string;
    tenant: string;
    fingerprint: string;
    patienceMs: number;
  }) {
    const abort = new AbortController();
    const deadlineAtMs = this.nowMs + patienceMs;
    const caller: Caller = { lane, deadlineAtMs, abort, endings: 0, held: undefined };
    this.callers.push(caller);
    const origin = { signal: abort.signal, tenant };
    const request = { lane, tenant, fingerprint, expectedMs: 1, origin, deadlineAtMs };
    const atOnce = this.desk.acquireAtOnce(request);
    if (atOnce) this.#end(caller, atOnce);
    else this.desk.request(request, (_error, held) => this.#end(caller, held));
  }

  #end(caller: Caller, held: HeldLease | undefined): void {
    caller.endings += 1;
    caller.held = held;
  }

  get holders(): (Caller & { held: HeldLease })[] {
    return this.callers.filter((caller): caller is Caller & { held: HeldLease } => caller.held !== undefined);
  }

  get pending(): Caller[] {
    return this.callers.filter(({ endings }) => endings === 0);
  }

  release(index: number, isBroken: boolean): void {
    const holder = this.holders[index % Math.max(1, this.holders.length)];
    if (!holder) return;
    const { held } = holder;
    (holder as Caller).held = undefined;
    if (isBroken) held.connection.isBroken = true;
    this.desk.release(held);
  }

  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 10) {
      this.nowMs += 10;
      this.wheel.advance();
    }
  }

  check(): void {
    for (const { endings } of this.callers) expect(endings).toBeLessThanOrEqual(1);
    const { holders } = this;
    const connections = holders.map(({ held }) => held.connection);
    expect(new Set<Connection>(connections).size, 'no connection is given twice').toBe(connections.length);
    const { admission, ledger } = this.desk;
    const counts = Object.fromEntries(laneNames.map((name) => [name, admission.counts(name, this.nowMs)]));
    const active = Object.values(counts).reduce((sum, lane) => sum + lane.active, 0);
    expect(admission.active).toBe(active);
    expect(ledger.list()).toHaveLength(active);
    expect(holders.length).toBeLessThanOrEqual(active);
    expect(active).toBeLessThanOrEqual(MAX);
    expect(this.connections.total).toBeLessThanOrEqual(MAX);
    for (const [name, { active: held, waiting }] of Object.entries(counts)) {
      const { ceiling, guaranteed, tenantMax } = lanes[name] as LaneSettings;
      expect(held).toBeLessThanOrEqual(ceiling);
      // Nobody waits in a lane that is below what it was promised, but for the caps of his own tenant and statement.
      if (waiting > 0 && tenantMax === undefined)
        expect(held, `${name} keeps its promise`).toBeGreaterThanOrEqual(guaranteed);
    }
    const waiting = Object.values(counts).reduce((sum, lane) => sum + lane.waiting, 0);
    expect(this.pending.length, 'who has no answer yet has a place').toBe(waiting + active - holders.length);
    for (const caller of this.pending) {
      const limitMs = Math.min(caller.deadlineAtMs, Number.POSITIVE_INFINITY);
      expect(this.nowMs, 'nobody waits beyond the deadline').toBeLessThanOrEqual(limitMs + 20);
    }
  }
}

/** Lets every promise that can settle do so. */
const settle = async () => {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
};

const step = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      lane: fc.constantFrom(...laneNames),
      tenant: fc.constantFrom('', 'a', 'b'),
      fingerprint: fc.constantFrom('s', 't'),
      patienceMs: fc.integer({ min: 0, max: 900 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('open' as const), isAccepted: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('open' as const), isAccepted: fc.constant(true) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('release' as const), index: fc.nat(9), isBroken: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), index: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose' as const), index: fc.nat(9), answers: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 10, max: 300 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function run(world: World, one: Step): void {
  if (one.kind === 'ask') world.ask(one);
  else if (one.kind === 'open') world.server.answer(one.isAccepted);
  else if (one.kind === 'release') world.release(one.index, one.isBroken);
  else if (one.kind === 'leave') world.pending[one.index % Math.max(1, world.pending.length)]?.abort.abort();
  else if (one.kind === 'pass') world.pass(one.ms);
  else {
    world.server.answersProbes = one.answers;
    world.server.loseOne(one.index);
  }
}

// The wheel turns by hand, and nothing else is to turn by itself.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout', 'clearInterval', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

describe('the desk and its connections, against a model', () => {
  test('no lease is lost, none given twice, promises are kept at every step, and every caller is told once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
        const world = new World();
        for (const one of steps) {
          run(world, one);
          await settle();
          world.check();
        }
        // Then everything calms down: who holds gives back, what opens is there, and the rest runs out of time.
        world.server.answersProbes = true;
        for (let round = 0; round < 60 && (world.pending.length > 0 || world.holders.length > 0); round += 1) {
          while (world.server.opening > 0) world.server.answer(true);
          await settle();
          while (world.holders.length > 0) world.release(0, false);
          world.pass(50);
          await settle();
          world.check();
        }
        expect(world.pending).toEqual([]);
        expect(world.callers.every(({ endings }) => endings === 1)).toBe(true);
        expect(world.desk.admission).toMatchObject({ active: 0, waiting: 0 });
        expect(world.desk.ledger.list()).toEqual([]);
        expect(world.connections.total).toBe(world.connections.idle + world.server.opening);
        expect(world.wheel.size, 'no timer is left behind').toBeLessThanOrEqual(1);
      }),
      { numRuns: 400 },
    );
  }, 60_000);

  test('who waits for a connection while one is out gets the next that can be opened, and not before its time', async () => {
    const world = new World();
    const ask = () => world.ask({ lane: 'first', tenant: 'a', fingerprint: 's', patienceMs: 5_000 });
    ask();
    world.server.answer(true);
    await settle();
    ask();
    world.server.answer(false);
    await settle();
    expect([world.pending.length, world.server.opening], 'one failure is no failure').toEqual([1, 1]);
    world.server.answer(false);
    await settle();
    expect([world.pending.length, world.server.opening]).toEqual([1, 0]);
    world.pass(60);
    expect(world.server.opening).toBe(1);
    world.server.answer(false);
    await settle();
    world.pass(40);
    expect(world.server.opening, 'later each time').toBe(0);
    world.pass(70);
    expect(world.server.opening).toBe(1);
    world.server.answer(true);
    await settle();
    expect(world.holders).toHaveLength(2);
  });

  test('with none open, everyone is told why at the first failure, and nobody tries again before its time', async () => {
    const world = new World();
    const ask = () => world.ask({ lane: 'first', tenant: 'a', fingerprint: 's', patienceMs: 5_000 });
    for (let n = 0; n < 6; n += 1) ask();
    while (world.server.opening > 0) world.server.answer(false);
    await settle();
    expect(world.pending).toEqual([]);
    ask();
    expect([world.pending.length, world.server.opening]).toEqual([0, 0]);
    world.pass(2_000);
    for (let n = 0; n < 6; n += 1) ask();
    expect(world.server.opening, 'one attempt at a time').toBe(1);
    world.server.answer(true);
    await settle();
    expect(world.server.opening).toBeGreaterThanOrEqual(1);
  });

  test('one dead socket, and every idle one is asked for a sign of life at once', async () => {
    const world = new World();
    for (let n = 0; n < 6; n += 1) world.ask({ lane: 'greedy', tenant: '', fingerprint: `s${n}`, patienceMs: 5_000 });
    for (let n = 0; n < 12; n += 1) {
      world.server.answer(true);
      await settle();
    }
    const open = world.holders.length;
    while (world.holders.length > 0) world.release(0, false);
    expect([open, world.connections.idle]).toEqual([3, 3]);
    world.server.answersProbes = false;
    world.server.loseOne(0);
    await settle();
    expect(world.connections.total).toBe(0);
  });

  test('ten thousand who wait are all told when the last connection is lost and none can be opened', async () => {
    const world = new World({ first: settingsOf('first', 0, { queueMax: 10_000, waitMaxMs: 60_000 }) }, 2);
    const ask = () => world.ask({ lane: 'first', tenant: 'a', fingerprint: 's', patienceMs: 50_000 });
    ask();
    world.server.answer(true);
    await settle();
    ask();
    for (let n = 0; n < 10_000; n += 1) ask();
    expect(world.pending).toHaveLength(10_001);
    world.server.answer(false);
    await settle();
    world.release(0, true);
    await settle();
    for (let n = 0; n < 20 && world.pending.length > 0; n += 1) {
      world.server.answer(false);
      await settle();
      world.pass(100);
    }
    expect(world.pending).toEqual([]);
    expect(world.desk.admission).toMatchObject({ active: 0, waiting: 0 });
  });
});
