import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Admission, type AdmissionRequest, type Waiter } from '../../main/database/admission.ts';
import { defaultLanes, type LaneSettings, type Lanes } from '../../main/database/lane.ts';

const requestOf = (lane: string, tenant = '', fingerprint = 'some.statement'): AdmissionRequest => ({
  ...{ lane, tenant, fingerprint, expectedMs: 1 },
});

const settingsOf = (name: string, rank: number, rest: Partial<LaneSettings>): LaneSettings => ({
  ...{ name, rank, guaranteed: 1, ceiling: 8, weight: 1, queueMax: 1_000, waitMaxMs: 1_000 },
  ...rest,
});

/** Lanes with every kind of bound, for a pool of 8. */
const lanes: Lanes = {
  first: settingsOf('first', 0, { guaranteed: 2, weight: 4 }),
  second: settingsOf('second', 1, { guaranteed: 3, ceiling: 4, weight: 2 }),
  third: settingsOf('third', 2, { guaranteed: 0, ceiling: 1, queueMax: 6 }),
  capped: settingsOf('capped', 3, { guaranteed: 1, tenantMax: 2, statementMax: 3 }),
};
const MAX_CONNECTIONS = 8;

function createAdmission(lanesOfPool: Lanes, maxConnections: number): Admission {
  return new Admission({ lanes: lanesOfPool, maxConnections });
}

/** A waiter as the desk makes it, with what the test wants to be told. */
function enqueue(admission: Admission, request: AdmissionRequest, told: Pick<Waiter, 'grant' | 'shed'>): Waiter | null {
  const { tenant, fingerprint, expectedMs } = request;
  const place = {
    position: -1,
    older: undefined,
    newer: undefined,
    list: undefined,
    previous: undefined,
    next: undefined,
  };
  const waiter: Waiter = { request, tenant, fingerprint, expectedMs, enqueuedAtMs: 0, ...place, ...told };
  return admission.enqueue(waiter) ? waiter : null;
}

/** What a step began with. */
interface Noted {
  readonly promised: number;
  readonly lent: number;
  readonly active: ReadonlyMap<string, number>;
}

/** Keeps its own books, and holds them against what Admission says after every step. */
class Model {
  readonly admission: Admission;
  readonly #lanes: Lanes;
  readonly #max: number;
  readonly holders: AdmissionRequest[] = [];
  readonly waiters = new Map<number, Waiter>();
  readonly #ended = new Set<number>();
  #nextId = 1;
  refused = 0;
  /** The bounds as they were last set. */
  #limit: number;
  #maximum: number;
  readonly #ceilings = new Map<string, number>();
  /** What was held and promised when the maximum shrank; it goes down with that and never up again. */
  #held: number;

  constructor(lanesOfPool: Lanes, max: number) {
    this.#lanes = lanesOfPool;
    this.#max = max;
    this.admission = createAdmission(lanesOfPool, max);
    this.#limit = max;
    this.#maximum = max;
    this.#held = max;
  }

  setLimit(limit: number): void {
    this.#limit = Math.min(this.#maximum, Math.max(this.#floor, limit));
    this.admission.setLimit(limit, 0);
    expect(this.admission.bounds.limit).toBe(this.#limit);
  }

  setMaximum(maximum: number): void {
    const wasFull = this.#limit === this.#maximum;
    this.#maximum = Math.min(this.#max, Math.max(this.#floor, maximum));
    this.#limit = wasFull ? this.#maximum : Math.min(this.#limit, this.#maximum);
    this.#held = Math.max(this.#maximum, Math.min(this.#held, this.#promised));
    this.admission.setMaximum(maximum, 0);
    expect(this.admission.bounds.limit).toBe(this.#limit);
  }

  setCeiling(lane: string, ceiling: number): void {
    const { guaranteed, ceiling: configured } = this.#lanes[lane] as LaneSettings;
    this.#ceilings.set(lane, Math.min(configured, Math.max(1, guaranteed, ceiling)));
    this.admission.setCeiling(lane, ceiling, 0);
    expect(this.admission.ceilingOf(lane)).toBe(this.#ceilingOf(lane));
  }

  /** Every promise, and one to lend, for a lane without one. */
  get #floor(): number {
    return Object.values(this.#lanes).reduce((sum, { guaranteed }) => sum + guaranteed, 1);
  }

  /** What is held, with what every lane could still call in. */
  get #promised(): number {
    return Object.values(this.#lanes).reduce(
      (sum, { guaranteed, name }) => sum + Math.max(guaranteed, this.#activeIn(name)),
      0,
    );
  }

  /** What is held above the guarantees. */
  get #lent(): number {
    const above = ({ guaranteed, name }: LaneSettings) => Math.max(0, this.#activeIn(name) - guaranteed);
    return Object.values(this.#lanes).reduce((sum, lane) => sum + above(lane), 0);
  }

  /** The limit is for what is held at once; the guarantees are kept against the maximum. */
  #mayLend(promised: number): boolean {
    return this.holders.length < this.#limit && promised < this.#maximum;
  }

  #ceilingOf(lane: string): number {
    return this.#ceilings.get(lane) ?? this.#lanes[lane]?.ceiling ?? 0;
  }

  ask(request: AdmissionRequest): void {
    if (this.admission.tryAcquire(request)) {
      this.holders.push(request);
      return;
    }
    const id = this.#nextId++;
    const waiter = enqueue(this.admission, request, {
      grant: () => {
        this.#end(id);
        this.holders.push(request);
      },
      shed: () => expect.unreachable('nobody is shed where no lane has a target'),
    });
    if (waiter) this.waiters.set(id, waiter);
    else {
      this.refused += 1;
      expect(this.#waitingIn(request.lane)).toBe(this.#lanes[request.lane]?.queueMax);
    }
  }

  release(index: number): void {
    const [request] = this.holders.splice(index % Math.max(1, this.holders.length), 1);
    if (request) this.admission.release(request, 1, 0);
  }

  leave(index: number): void {
    const [id, waiter] = [...this.waiters][index % Math.max(1, this.waiters.size)] ?? [];
    if (id === undefined || !waiter) return;
    expect(this.admission.leave(waiter)).toBe(true);
    this.#end(id);
    expect(this.admission.leave(waiter)).toBe(false);
  }

  /** Every waiter ends once: served or gone. */
  #end(id: number): void {
    expect(this.#ended.has(id)).toBe(false);
    this.#ended.add(id);
    this.waiters.delete(id);
  }

  check(): void {
    expect(this.admission.active).toBe(this.holders.length);
    expect(this.admission.waiting).toBe(this.waiters.size);
    const promised = this.#promised;
    this.#held = Math.max(this.#maximum, Math.min(this.#held, promised));
    expect(this.admission.promised).toBe(promised);
    expect(this.admission.bounds.hardMaximum).toBe(this.#held);
    for (const lane of Object.values(this.#lanes)) {
      const active = this.#activeIn(lane.name);
      expect(active).toBeLessThanOrEqual(lane.ceiling);
      expect(this.admission.counts(lane.name, 0)).toMatchObject({ active, waiting: this.#waitingIn(lane.name) });
      this.#checkCaps(lane);
    }
    // Whatever is held, every guarantee could still be called in: nothing above the bound but what was there when it shrank.
    expect(promised).toBeLessThanOrEqual(this.#held);
    for (const lane of Object.values(this.#lanes)) this.#checkNobodyWaitsInVain(lane, promised);
  }

  /** Nothing was lent above the bounds: `before` is what was promised and held before the step. */
  checkNothingNewAbove(before: Noted): void {
    expect(this.#promised).toBeLessThanOrEqual(Math.max(before.promised, this.#maximum));
    if (this.#lent > before.lent) expect(this.holders.length).toBeLessThanOrEqual(this.#limit);
    for (const { name } of Object.values(this.#lanes)) {
      expect(this.#activeIn(name)).toBeLessThanOrEqual(Math.max(before.active.get(name) ?? 0, this.#ceilingOf(name)));
    }
  }

  /** Before a step, for `checkNothingNewAbove` after it. */
  note(): Noted {
    const active = new Map(Object.keys(this.#lanes).map((name) => [name, this.#activeIn(name)]));
    return { promised: this.#promised, lent: this.#lent, active };
  }

  #checkCaps({ name, tenantMax = Infinity, statementMax = Infinity }: LaneSettings): void {
    const held = this.holders.filter((request) => request.lane === name);
    for (const { tenant, fingerprint } of held) {
      // Those without a tenant are nobody in particular, and not capped.
      if (tenant !== '') expect(held.filter((other) => other.tenant === tenant).length).toBeLessThanOrEqual(tenantMax);
      expect(held.filter((other) => other.fingerprint === fingerprint).length).toBeLessThanOrEqual(statementMax);
    }
  }

  /** A lane with room has no waiter that its caps would let in; one below its guarantee always has room. */
  #checkNobodyWaitsInVain(lane: LaneSettings, promised: number): void {
    const active = this.#activeIn(lane.name);
    const hasRoom = active < this.#ceilingOf(lane.name) && (active < lane.guaranteed || this.#mayLend(promised));
    expect(this.admission.counts(lane.name, 0).free > 0).toBe(hasRoom);
    if (!hasRoom) return;
    const held = this.holders.filter((request) => request.lane === lane.name);
    for (const { request } of this.waiters.values()) {
      if (request.lane !== lane.name) continue;
      const ofTenant = held.filter(({ tenant }) => tenant === request.tenant).length;
      const ofStatement = held.filter(({ fingerprint }) => fingerprint === request.fingerprint).length;
      const tenantMax = request.tenant === '' ? Infinity : (lane.tenantMax ?? Infinity);
      const isCapped = ofTenant >= tenantMax || ofStatement >= (lane.statementMax ?? Infinity);
      expect(isCapped).toBe(true);
    }
  }

  #activeIn(lane: string): number {
    return this.holders.filter((request) => request.lane === lane).length;
  }

  #waitingIn(lane: string): number {
    return [...this.waiters.values()].filter(({ request }) => request.lane === lane).length;
  }
}

const laneName = fc.constantFrom(...Object.keys(lanes));
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      lane: laneName,
      tenant: fc.constantFrom('', 'a', 'b', 'c'),
      fingerprint: fc.constantFrom('x', 'y'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('release' as const), index: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), index: fc.nat(50) }) },
);

const move = fc.oneof(
  fc.record({ kind: fc.constant('limit' as const), to: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('maximum' as const), to: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('ceiling' as const), lane: laneName, to: fc.integer({ min: 0, max: 12 }) }),
);

describe('Admission', () => {
  it('keeps every guarantee at every step, loses no slot, gives none twice, and leaves nobody waiting', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        const model = new Model(lanes, MAX_CONNECTIONS);
        for (const one of steps) {
          if (one.kind === 'ask') model.ask(requestOf(one.lane, one.tenant, one.fingerprint));
          else if (one.kind === 'release') model.release(one.index);
          else model.leave(one.index);
          model.check();
        }
        while (model.holders.length > 0) {
          model.release(0);
          model.check();
        }
        expect(model.waiters.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps every guarantee while the limit, the share and the ceilings move, takes nothing from a holder, and lets all through', () => {
    const any = fc.oneof({ weight: 6, arbitrary: step }, { weight: 1, arbitrary: move });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 200, size: 'max' }), (steps) => {
        const model = new Model(lanes, MAX_CONNECTIONS);
        for (const one of steps) {
          const before = model.note();
          if (one.kind === 'ask') model.ask(requestOf(one.lane, one.tenant, one.fingerprint));
          else if (one.kind === 'release') model.release(one.index);
          else if (one.kind === 'leave') model.leave(one.index);
          else if (one.kind === 'limit') model.setLimit(one.to);
          else if (one.kind === 'maximum') model.setMaximum(one.to);
          else model.setCeiling(one.lane, one.to);
          model.check();
          model.checkNothingNewAbove(before);
        }
        while (model.holders.length > 0) {
          model.release(0);
          model.check();
        }
        expect(model.waiters.size, 'all are served, however low the bounds were left').toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it('serves who waits at once when a bound grows', () => {
    const admission = createAdmission(lanes, MAX_CONNECTIONS);
    const served: string[] = [];
    const wait = (lane: string) =>
      enqueue(admission, requestOf(lane), { grant: () => served.push(lane), shed: () => undefined });
    admission.setLimit(1, 0);
    expect(admission.bounds.limit, 'six are promised, and one is there to lend').toBe(7);
    admission.setMaximum(7, 0);
    for (let n = 0; n < 3; n += 1) expect(admission.tryAcquire(requestOf('first'))).toBe(true);
    expect(admission.tryAcquire(requestOf('first'))).toBe(false);
    wait('first');
    admission.setMaximum(8, 0);
    expect(served).toEqual(['first']);
    admission.release(requestOf('first'), 1, 0);
    admission.setCeiling('second', 3, 0);
    for (let n = 0; n < 3; n += 1) expect(admission.tryAcquire(requestOf('second'))).toBe(true);
    wait('second');
    expect(served).toEqual(['first']);
    admission.setCeiling('second', 4, 0);
    expect(served).toEqual(['first', 'second']);
  });

  it('lends up to the limit while others make no use of their guarantees, and keeps those against the maximum', () => {
    const admission = createAdmission(lanes, MAX_CONNECTIONS);
    admission.setLimit(7, 0);
    let taken = 0;
    while (admission.tryAcquire(requestOf('first'))) taken += 1;
    expect(taken, 'eight, without the four that are promised to the others').toBe(4);
    for (let n = 0; n < 3; n += 1) expect(admission.tryAcquire(requestOf('second'))).toBe(true);
    expect(admission.tryAcquire(requestOf('third')), 'seven are held').toBe(false);
    expect(admission.tryAcquire(requestOf('capped')), 'its own is kept beyond the limit').toBe(true);
  });

  it('serves a tenant’s waiters in the order of their coming', () => {
    const admission = createAdmission({ only: settingsOf('only', 0, { ceiling: 1 }) }, 1);
    const request = requestOf('only');
    const served: number[] = [];
    expect(admission.tryAcquire(request)).toBe(true);
    for (let n = 0; n < 20; n += 1) enqueue(admission, request, { grant: () => served.push(n), shed: () => undefined });
    expect(admission.counts('only', 100).oldestWaitMs).toBe(100);
    for (let n = 0; n < 20; n += 1) admission.release(request, 1, 0);
    expect(served).toEqual(Array.from({ length: 20 }, (_none, n) => n));
  });

  it('lets nobody overtake who waits, even in the moment when a slot is free', () => {
    const admission = createAdmission({ only: settingsOf('only', 0, { ceiling: 1 }) }, 1);
    const request = requestOf('only');
    admission.tryAcquire(request);
    enqueue(admission, request, { grant: () => undefined, shed: () => undefined });
    enqueue(admission, request, { grant: () => undefined, shed: () => undefined });
    admission.release(request, 1, 0);
    expect(admission.tryAcquire(request)).toBe(false);
  });

  it('lets nobody overtake between a move, which makes room, and the serving that follows', () => {
    const admission = createAdmission(lanes, MAX_CONNECTIONS);
    const held = requestOf('third');
    let served = 0;
    expect(admission.tryAcquire(held)).toBe(true);
    enqueue(admission, held, { grant: () => (served += 1), shed: () => undefined });
    admission.move(held, 'first');
    expect(admission.tryAcquire(held)).toBe(false);
    admission.serve(0);
    expect(served).toBe(1);
  });

  it('a lane below its guarantee never waits, while another does; what comes free is for who waits', () => {
    const admission = createAdmission(lanes, MAX_CONNECTIONS);
    const served: string[] = [];
    const wait = (lane: string) =>
      enqueue(admission, requestOf(lane), { grant: () => served.push(lane), shed: () => undefined });
    for (let n = 0; n < 4; n += 1) expect(admission.tryAcquire(requestOf('first'))).toBe(true);
    for (let n = 0; n < 3; n += 1) expect(admission.tryAcquire(requestOf('second'))).toBe(true);
    expect(admission.tryAcquire(requestOf('third'))).toBe(false);
    for (let n = 0; n < 5; n += 1) wait('third');
    // Below its guarantee it does not wait at all.
    expect(admission.tryAcquire(requestOf('capped'))).toBe(true);
    admission.release(requestOf('capped'), 1, 0);
    expect(served).toEqual([]);
    admission.release(requestOf('first'), 1, 0);
    expect(served).toEqual(['third']);
  });

  it('shares lent capacity by weight', () => {
    const two: Lanes = {
      heavy: settingsOf('heavy', 0, { guaranteed: 0, weight: 3, queueMax: 10_000 }),
      light: settingsOf('light', 1, { guaranteed: 0, weight: 1, queueMax: 10_000 }),
    };
    const admission = createAdmission(two, 8);
    const served = { heavy: 0, light: 0 };
    const holding: string[] = [];
    const ask = (lane: 'heavy' | 'light') => {
      if (admission.tryAcquire(requestOf(lane))) holding.push(lane);
      else
        enqueue(admission, requestOf(lane), {
          grant: () => {
            served[lane] += 1;
            holding.push(lane);
          },
          shed: () => undefined,
        });
    };
    for (let n = 0; n < 2_000; n += 1) {
      ask('light');
      ask('heavy');
    }
    for (let n = 0; n < 1_000; n += 1) admission.release(requestOf(holding.shift() ?? ''), 1, 0);
    expect(served.heavy / served.light).toBeGreaterThan(2.7);
    expect(served.heavy / served.light).toBeLessThan(3.3);
  });

  it('lets a tenant with one waiter pass another with a thousand', () => {
    const admission = createAdmission({ only: settingsOf('only', 0, { ceiling: 1 }) }, 1);
    admission.tryAcquire(requestOf('only', 'greedy'));
    let releases = 0;
    let servedAfter = 0;
    const holding: AdmissionRequest[] = [requestOf('only', 'greedy')];
    for (let n = 0; n < 999; n += 1) {
      const request = requestOf('only', 'greedy');
      enqueue(admission, request, { grant: () => holding.push(request), shed: () => undefined });
    }
    const modest = requestOf('only', 'modest');
    enqueue(admission, modest, {
      grant: () => {
        holding.push(modest);
        servedAfter = releases;
      },
      shed: () => undefined,
    });
    while (servedAfter === 0 && releases < 1_000) {
      releases += 1;
      admission.release(holding.shift() as AdmissionRequest, 1, 0);
    }
    expect(servedAfter).toBeLessThanOrEqual(2);
  });

  it('with 10,000 waiters in bulk, critical takes what it was promised at once, and first of what comes free', () => {
    const settings = defaultLanes(16);
    const crowded = { ...settings, bulk: { ...settings.bulk, queueMax: 10_000 } };
    const admission = createAdmission(crowded, 16);
    const held: AdmissionRequest[] = [];
    while (admission.tryAcquire(requestOf('bulk', 'reports'))) held.push(requestOf('bulk', 'reports'));
    for (let n = 0; n < 10_000; n += 1) {
      expect(
        enqueue(admission, requestOf('bulk', 'reports'), { grant: () => undefined, shed: () => undefined }),
      ).not.toBeNull();
    }
    expect(
      enqueue(admission, requestOf('bulk', 'reports'), { grant: () => undefined, shed: () => undefined }),
    ).toBeNull();
    const startedAtMs = performance.now();
    for (let n = 0; n < settings.critical.guaranteed; n += 1)
      expect(admission.tryAcquire(requestOf('critical'))).toBe(true);
    // A thousand checks of a session, while ten thousand reports stand in line.
    for (let n = 0; n < 1_000; n += 1) {
      admission.release(requestOf('critical'), 1, 0);
      expect(admission.tryAcquire(requestOf('critical'))).toBe(true);
    }
    expect(performance.now() - startedAtMs).toBeLessThan(500);
    expect(admission.counts('bulk', 0)).toMatchObject({ waiting: 10_000, active: held.length });
  });

  it('refuses lanes that are promised more than there is, and lanes that are not there', () => {
    expect(() => createAdmission(lanes, 5)).toThrow(RangeError);
    expect(() => createAdmission(lanes, 6)).not.toThrow();
    expect(() => createAdmission(lanes, 8).tryAcquire(requestOf('nothing'))).toThrow(RangeError);
  });

  it('moves a slot to another lane without losing count, and takes no more there than there is', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(laneName, laneName), { maxLength: 30 }), (moves) => {
        const model = new Model(lanes, MAX_CONNECTIONS);
        for (const [from, to] of moves) {
          model.ask(requestOf(from));
          const index = model.holders.findIndex((request) => request.lane === from);
          const held = model.holders[index];
          if (held) model.holders[index] = model.admission.move(held, to);
          model.admission.serve(0);
          expect(model.admission.active).toBe(model.holders.length);
          expect(model.holders.length).toBeLessThanOrEqual(MAX_CONNECTIONS);
        }
        while (model.holders.length > 0) model.release(0);
        expect(model.waiters.size).toBe(0);
        for (const name of Object.keys(lanes))
          expect(model.admission.counts(name, 0)).toMatchObject({ active: 0, waiting: 0 });
        model.check();
      }),
    );
  });
});

it('those who wait for a statement that belongs elsewhere go on waiting there, in their order, at a cap or not', () => {
  const long = new Set<string>();
  const admission = new Admission({
    ...{ lanes, maxConnections: MAX_CONNECTIONS },
    statementMax: (lane) => (lane === 'first' ? 1 : Number.POSITIVE_INFINITY),
    laneNow: (fingerprint) => (long.has(fingerprint) ? 'second' : 'first'),
  });
  const report = { ...requestOf('first', 'tim', 'report'), isLaneFound: true };
  expect(admission.tryAcquire(report)).toBe(true);
  const granted: string[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
    enqueue(admission, report, { grant: ({ lane }) => granted.push(`${name} ${lane}`), shed: () => undefined });
  }
  enqueue(
    admission,
    { ...report, isLaneFound: false },
    { grant: () => granted.push('asked for'), shed: () => undefined },
  );
  long.add('report');
  const moved = admission.move(report, 'second');
  admission.relocate('report');
  expect([admission.waitingIn('first'), admission.waitingIn('second')]).toEqual([1, 6]);
  admission.serve(0);
  expect(granted).toEqual(['asked for', 'a second', 'b second', 'c second']);
  admission.release(moved, 1, 1);
  expect(granted.at(-1)).toBe('d second');
});
