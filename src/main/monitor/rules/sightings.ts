/**
 * The sessions of the last 24 hours that lived long enough to matter, so that a rule can be rehearsed on them. A session in
 * one statement and one state is kept once, with those of its moments that no other exceeded both in age and in weight: a
 * rule that met it at any moment meets one of these.
 */

import { createHash } from 'node:crypto';
import type { SeenSession } from './seen-session.ts';

/** What changes from one sample to the next while everything else stays. */
export interface Peak {
  readonly ageMs: number;
  readonly weight: number;
  readonly victims: number;
  readonly pastDeadlineMs: number;
}

export type SightingFacts = Omit<SeenSession, keyof Peak>;

export interface Sighting {
  readonly id: string;
  readonly facts: SightingFacts;
  /** From the oldest and lightest to the youngest and heaviest. */
  peaks: readonly Peak[];
  readonly seenFromMs: number;
  seenUntilMs: number;
}

const DAY_MS = 24 * 3_600_000;
const SIGHTINGS_MAX = 20_000;
const PEAKS_MAX = 8;
const MATTERS_AFTER_MS = 1_000;

export class Sightings {
  /** The least recently seen first. */
  readonly #byId = new Map<string, Sighting>();
  readonly #unsaved = new Set<string>();
  readonly #max: number;

  constructor(max = SIGHTINGS_MAX) {
    this.#max = max;
  }

  get size(): number {
    return this.#byId.size;
  }

  add(atMs: number, sessions: readonly SeenSession[]): void {
    for (const seen of sessions) if (matters(seen)) this.#note(atMs, seen);
    this.#forget(atMs - DAY_MS);
  }

  /** What an earlier process of this server has saved; what this one has seen itself is the newer. */
  restore(saved: readonly Sighting[]): void {
    const own = [...this.#byId.values()];
    this.#byId.clear();
    for (const sighting of saved.toSorted((a, b) => a.seenUntilMs - b.seenUntilMs)) {
      this.#byId.set(sighting.id, sighting);
    }
    for (const sighting of own) this.#byId.set(sighting.id, sighting);
    this.#forget(Number.NEGATIVE_INFINITY);
  }

  list(): Sighting[] {
    return [...this.#byId.values()];
  }

  /** What has changed since it was last taken, to be saved; at most `count`. */
  takeUnsaved(count: number): Sighting[] {
    const taken: Sighting[] = [];
    for (const id of this.#unsaved) {
      if (taken.length === count) break;
      this.#unsaved.delete(id);
      const sighting = this.#byId.get(id);
      if (sighting) taken.push(sighting);
    }
    return taken;
  }

  /** They could not be saved: they are due again. */
  putBack(sightings: readonly Sighting[]): void {
    for (const { id } of sightings) if (this.#byId.has(id)) this.#unsaved.add(id);
  }

  #note(atMs: number, seen: SeenSession): void {
    const { ageMs, weight, victims, pastDeadlineMs, ...facts } = seen;
    const id = createHash('sha256').update(JSON.stringify(facts)).digest('base64url').slice(0, 22);
    const peak = { ageMs, weight, victims, pastDeadlineMs };
    const known = this.#byId.get(id);
    const sighting = known ?? { id, facts, peaks: [], seenFromMs: atMs, seenUntilMs: atMs };
    sighting.peaks = addPeak(sighting.peaks, peak);
    sighting.seenUntilMs = atMs;
    // Set anew, it stands last.
    this.#byId.delete(id);
    this.#byId.set(id, sighting);
    this.#unsaved.add(id);
  }

  #forget(beforeMs: number): void {
    for (const [id, { seenUntilMs }] of this.#byId) {
      if (this.#byId.size <= this.#max && seenUntilMs >= beforeMs) break;
      this.#byId.delete(id);
      this.#unsaved.delete(id);
    }
  }
}

/** The session as it was at one of its peaks. */
export function atPeak({ facts }: Sighting, peak: Peak): SeenSession {
  return { ...facts, ...peak };
}

/** No rule can ask for less, so that nothing is left out that one could hit. */
function matters({ ageMs, pastDeadlineMs, victims }: SeenSession): boolean {
  return ageMs >= MATTERS_AFTER_MS || victims > 0 || pastDeadlineMs > 0;
}

const exceeds = (one: Peak, other: Peak) =>
  one.ageMs >= other.ageMs && one.weight >= other.weight && one.pastDeadlineMs >= other.pastDeadlineMs;

/** Too many become fewer by joining two: the rehearsal may then name one too many, and never one too few. */
function addPeak(peaks: readonly Peak[], peak: Peak): Peak[] {
  if (peaks.some((known) => exceeds(known, peak))) return [...peaks];
  const kept = peaks.filter((known) => !exceeds(peak, known));
  kept.push(peak);
  kept.sort((a, b) => b.ageMs - a.ageMs);
  if (kept.length <= PEAKS_MAX) return kept;
  const [oldest, next, ...rest] = kept as [Peak, Peak, ...Peak[]];
  return [join(oldest, next), ...rest];
}

function join(one: Peak, other: Peak): Peak {
  return {
    ageMs: Math.max(one.ageMs, other.ageMs),
    weight: Math.max(one.weight, other.weight),
    victims: Math.max(one.victims, other.victims),
    pastDeadlineMs: Math.max(one.pastDeadlineMs, other.pastDeadlineMs),
  };
}
