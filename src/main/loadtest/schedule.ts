/**
 * The whole schedule of a run, drawn before it begins: when which stream is asked for whom, as typed arrays sorted by
 * instant. What a server does cannot change it. The same shape gives the same schedule, byte for byte; `hashSchedule`
 * is what two people compare who want to know whether they ran the same.
 */

import { createHash } from 'node:crypto';
import { poissonArrivals, uniformArrivals } from './arrivals.ts';
import { createUserChoice } from './popularity.ts';
import { createRandom } from './random.ts';
import { checkShape, type LoadShape, type StreamShape } from './shape.ts';

export interface SchedulePhase {
  name: string;
  startMs: number;
  endMs: number;
}

export interface Schedule {
  /** What it was drawn from, the seed included. */
  shape: LoadShape;
  /** Names; a request's stream is an index into these. */
  streams: string[];
  phases: SchedulePhase[];
  durationMs: number;
  /** How many sessions begin. */
  size: number;
  /** When each session begins, in milliseconds since the start, rising. */
  atMs: Float64Array;
  stream: Uint8Array;
  userIndex: Uint32Array;
}

/** A schedule as JSON: the arrays as lists. */
export interface WrittenSchedule {
  format: 'aquifer-schedule-1';
  hash: string;
  shape: LoadShape;
  arrivals: { atMs: number[]; stream: number[]; userIndex: number[] };
}

/** Draws the schedule of a shape. Throws a RangeError when the shape cannot be run. */
export function createSchedule(shape: LoadShape): Schedule {
  checkShape(shape);
  const streams = Object.keys(shape.streams);
  const phases = phasesOf(shape);
  const arrivals = streams.flatMap((name, index) => arrivalsOf(name, shape).map((one) => ({ ...one, stream: index })));
  // Equal instants keep the order of the streams, since sorting is stable.
  arrivals.sort((a, b) => a.atMs - b.atMs);
  return assemble(shape, phases, {
    atMs: Float64Array.from(arrivals, (one) => one.atMs),
    stream: Uint8Array.from(arrivals, (one) => one.stream),
    userIndex: Uint32Array.from(arrivals, (one) => one.userIndex),
  });
}

function assemble(
  shape: LoadShape,
  phases: SchedulePhase[],
  arrays: Pick<Schedule, 'atMs' | 'stream' | 'userIndex'>,
): Schedule {
  return {
    shape,
    streams: Object.keys(shape.streams),
    phases,
    durationMs: phases.at(-1)?.endMs ?? 0,
    size: arrays.atMs.length,
    ...arrays,
  };
}

function phasesOf(shape: LoadShape): SchedulePhase[] {
  let endMs = 0;
  return shape.phases.map(({ name, durationMs }) => {
    const startMs = endMs;
    endMs += durationMs;
    return { name, startMs, endMs };
  });
}

function arrivalsOf(name: string, shape: LoadShape): { atMs: number; userIndex: number }[] {
  const { arrivals = 'poisson', popularity = 'uniform' } = shape.streams[name] as StreamShape;
  const draw = arrivals === 'poisson' ? poissonArrivals : uniformArrivals;
  const times = createRandom(shape.seed, `arrivals:${name}`);
  const users = createRandom(shape.seed, `users:${name}`);
  const chooseUser = createUserChoice(popularity, shape.users, createRandom(shape.seed, 'busiest'));
  return phasesOf(shape).flatMap(({ startMs, endMs }, index) => {
    const rate = shape.phases[index]?.rates[name] ?? 0;
    return draw({ startMs, durationMs: endMs - startMs, rate }, times).map((atMs) => ({
      atMs,
      userIndex: chooseUser(users),
    }));
  });
}

/** SHA-256 over the shape and every arrival, as hexadecimal digits. */
export function hashSchedule(schedule: Schedule): string {
  const hash = createHash('sha256').update(JSON.stringify(canonical(schedule.shape)));
  const row = Buffer.alloc(13);
  for (let index = 0; index < schedule.size; index += 1) {
    // Written out byte by byte, so that the hash is the same on machines of either byte order.
    row.writeDoubleLE(schedule.atMs[index] as number, 0);
    row.writeUInt8(schedule.stream[index] as number, 8);
    row.writeUInt32LE(schedule.userIndex[index] as number, 9);
    hash.update(row);
  }
  return hash.digest('hex');
}

/** With the members of every object in the order of their names, streams excepted: their order is their number. */
function canonical(value: unknown, isOrderKept = false): unknown {
  if (Array.isArray(value)) return value.map((one) => canonical(one));
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (!isOrderKept) members.sort(([a], [b]) => (a < b ? -1 : 1));
  return members.map(([name, member]) => [name, canonical(member, name === 'streams')]);
}

/** A schedule as text: what is kept beside a result, and what `readSchedule` takes. */
export function writeSchedule(schedule: Schedule): string {
  const { shape, atMs, stream, userIndex } = schedule;
  const written: WrittenSchedule = {
    format: 'aquifer-schedule-1',
    hash: hashSchedule(schedule),
    shape,
    arrivals: { atMs: [...atMs], stream: [...stream], userIndex: [...userIndex] },
  };
  return JSON.stringify(written);
}

/** Reads what `writeSchedule` wrote. Throws a RangeError when the text is no schedule, or was changed since. */
export function readSchedule(text: string): Schedule {
  const { format, hash, shape, arrivals } = JSON.parse(text) as WrittenSchedule;
  if (format !== 'aquifer-schedule-1') throw new RangeError('this is no schedule of the load engine');
  checkShape(shape);
  const schedule = assemble(shape, phasesOf(shape), {
    atMs: Float64Array.from(arrivals.atMs),
    stream: Uint8Array.from(arrivals.stream),
    userIndex: Uint32Array.from(arrivals.userIndex),
  });
  if (hashSchedule(schedule) !== hash) throw new RangeError('this schedule does not match its hash');
  return schedule;
}

/** The phase an instant falls in; what is due after the end belongs to the last. */
export function phaseAt(phases: readonly SchedulePhase[], atMs: number): number {
  let phase = 0;
  while (phase < phases.length - 1 && atMs >= (phases[phase] as SchedulePhase).endMs) phase += 1;
  return phase;
}
