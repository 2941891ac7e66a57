/** The promise of the division, tried on thousands of deployments in which anything may happen between two beats. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { divide } from '../../../main/database/budget/division.ts';
import type { Member, Report } from '../../../main/database/budget/members.ts';
import type { Room, Sessions } from '../../../main/database/budget/room.ts';

const BUDGET = 40;
/** With the headroom of three. */
const room: Room = { server: BUDGET + 3, role: null, database: null };
const FLOOR = 5;
const WANT = 30;

/** A process as it really is, which the table may not know yet. */
interface Process {
  id: string;
  limit: number;
  open: number;
  beats: number;
  demand: number;
  /** Its last beat was answered, or the answer was lost. */
  isAlive: boolean;
}

class Deployment {
  readonly processes: Process[] = [];
  readonly rows = new Map<string, Member>();
  readonly silent = new Set<string>();

  sessions(): Sessions[] {
    return this.processes
      .filter(({ open }) => open > 0)
      .map(({ id, open }) => ({ applicationName: id, isOurRole: true, isOurDatabase: true, count: open }));
  }

  beat(process: Process, isAnswered = true): void {
    const { id, open, limit, demand } = process;
    process.beats += 1;
    const report: Report = {
      ...{ id, label: id, applicationName: id, beatNumber: process.beats, beatMs: 2_000, want: WANT, floor: FLOOR },
      // While it shrinks it may still hold more than the limit.
      ...{ held: open, inForce: limit, demand },
    };
    const division = divide({
      ...{ report, members: [...this.rows.values()], room, sessions: this.sessions(), silent: this.silent },
    });
    for (const gone of division.gone) this.rows.delete(gone);
    for (const [other, share] of division.shares) {
      const row = this.rows.get(other);
      if (row) this.rows.set(other, { ...row, share });
    }
    const allowed = Math.max(report.inForce, division.allowed);
    this.rows.set(id, { ...report, allowed, share: division.shares.get(id) ?? 0, silentMs: 0 });
    this.silent.delete(id);
    if (isAnswered) process.limit = division.allowed;
  }

  join(demand: number): void {
    const process = { id: `p${this.processes.length}`, limit: 0, open: 0, beats: 0, demand, isAlive: true };
    this.processes.push(process);
    this.beat(process);
  }

  get open(): number {
    return this.processes.reduce((sum, { open }) => sum + open, 0);
  }
}

type Step = {
  kind: 'beat' | 'lost' | 'open' | 'close' | 'demand' | 'kill' | 'join' | 'silence';
  at: number;
  by: number;
};
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('beat', 'beat', 'beat', 'lost', 'open', 'open', 'close', 'demand', 'kill', 'join', 'silence'),
  at: fc.nat(9),
  by: fc.integer({ min: 1, max: 20 }),
});

function take(deployment: Deployment, { kind, at, by }: Step): void {
  const living = deployment.processes.filter(({ isAlive }) => isAlive);
  if (kind === 'join') {
    if (living.length < 5) deployment.join(by);
    return;
  }
  const process = living[at % Math.max(1, living.length)];
  if (!process) return;
  if (kind === 'beat') deployment.beat(process);
  else if (kind === 'lost') deployment.beat(process, false);
  else if (kind === 'open') process.open = Math.max(process.open, Math.min(process.limit, process.open + by));
  else if (kind === 'close') process.open = Math.max(Math.min(1, process.open), process.open - by);
  else if (kind === 'demand') process.demand = by * 3;
  else if (kind === 'silence') {
    if (process.open > 0) deployment.silent.add(process.id);
  } else {
    process.isAlive = false;
    process.open = 0;
    process.limit = 0;
    deployment.silent.add(process.id);
  }
}

test('whatever happens, the open connections of all processes never exceed the budget', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 80 }), (steps) => {
      const deployment = new Deployment();
      deployment.join(1);
      for (const one of steps) {
        take(deployment, one);
        expect(deployment.open).toBeLessThanOrEqual(BUDGET);
        const rows = [...deployment.rows.values()].filter(({ id }) => !deployment.silent.has(id));
        expect(rows.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(BUDGET);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a few beats after things have come to rest, all is given out by demand, and stays so', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.array(fc.integer({ min: 1, max: 60 })), (steps, demands) => {
      const deployment = new Deployment();
      deployment.join(1);
      for (const one of steps) take(deployment, one);
      const living = deployment.processes.filter(({ isAlive }) => isAlive);
      fc.pre(living.length > 0);
      for (const [index, process] of living.entries()) process.demand = demands[index] ?? 1;
      const round = () => {
        for (const process of living) {
          deployment.beat(process);
          process.open = Math.min(process.open, process.limit);
        }
      };
      for (let rounds = 0; rounds < 6; rounds += 1) round();
      const limits = living.map(({ limit }) => limit);
      expect(limits.reduce((sum, limit) => sum + limit, 0)).toBe(Math.min(BUDGET, living.length * WANT));
      round();
      expect(living.map(({ limit }) => limit)).toEqual(limits);
    }),
    { numRuns: 500 },
  );
});

describe('one beat', () => {
  const row = (id: string, more: Partial<Member> = {}): Member => ({
    ...{ id, applicationName: id, beatNumber: 9, beatMs: 2_000, want: WANT, floor: FLOOR },
    ...{ held: 20, allowed: 20, share: 20, demand: 1, silentMs: 0, ...more },
  });
  const report = (more: Partial<Report> = {}): Report => ({
    ...{ id: 'me', label: 'me', applicationName: 'me', beatNumber: 2, beatMs: 2_000, want: WANT, floor: FLOOR },
    ...{ held: 10, inForce: 10, demand: 1, ...more },
  });
  const shows = (applicationName: string, count: number): Sessions => ({
    ...{ applicationName, count, isOurRole: true, isOurDatabase: true },
  });
  const divideWith = (members: Member[], sessions: Sessions[] = [], silent: string[] = []) =>
    divide({ report: report(), members, room, sessions, silent: new Set(silent) });

  test('grows only into what the other has given back, not into what it still holds, allows or shows', () => {
    const shrinking = { share: 20, demand: 1 };
    expect(divideWith([row('other', { ...shrinking, held: 10, allowed: 20 })]).allowed).toBe(20);
    expect(divideWith([row('other', { ...shrinking, held: 26, allowed: 20 })]).allowed).toBe(14);
    expect(divideWith([row('other', { ...shrinking, held: 10, allowed: 28 })]).allowed).toBe(12);
    expect(divideWith([row('other', { ...shrinking, held: 10, allowed: 20 })], [shows('other', 25)]).allowed).toBe(15);
  });

  test('one that is silent keeps its share while Postgres shows sessions of it, and gone when it shows none', () => {
    const silent = row('other', { held: 20, allowed: 30 });
    expect(divideWith([silent], [shows('other', 8)], ['other'])).toMatchObject({
      ...{ gone: [], members: 1, budget: BUDGET - 30, allowed: 10 },
    });
    expect(divideWith([silent], [shows('other', 33)], ['other'])).toMatchObject({ budget: BUDGET - 33, gone: [] });
    expect(divideWith([silent], [], ['other'])).toMatchObject({ gone: ['other'], budget: BUDGET, allowed: 30 });
  });

  test('what other programs hold is nobody’s to give', () => {
    expect(divideWith([row('other')], [shows('psql', 10)])).toMatchObject({ budget: 30, others: 10 });
  });

  test('a process that runs keeps what its lanes are promised, also where nothing is left', () => {
    expect(divideWith([], [shows('psql', 41)])).toMatchObject({ budget: 0, allowed: FLOOR });
    expect(
      divide({
        report: report({ inForce: 0, held: 0 }),
        members: [],
        room,
        sessions: [shows('psql', 41)],
        silent: new Set(),
      }),
    ).toMatchObject({ allowed: 0 });
  });
});
