/** Weeks, one step after the other: what is published, and which sessions there are. The same for whoever judges them. */

import type { Reading } from '../../main/monitor/samples/reading-hub.ts';
import { Chance } from './chance.ts';
import { calm, type Happening, type SimulatedSession } from './conditions.ts';
import { type Incident, plantIncidents } from './incidents.ts';
import { normalWeek } from './normal-week.ts';
import { Service, STEP_MS } from './service.ts';

export const WEEK_MS = 7 * 86_400_000;
/** Monday, 5 January 2026. */
export const START_MS = Date.UTC(2026, 0, 5);

export interface Step {
  readonly atMs: number;
  readonly readings: readonly Reading[];
  readonly sessions: readonly SimulatedSession[];
}

export interface Plan {
  readonly incidents: readonly Incident[];
  readonly steps: () => Generator<Step>;
}

/** @param quietWeeks in which nothing is wrong, before the one with twenty incidents */
export function planWeeks(seed: number, quietWeeks: number): Plan {
  const chance = new Chance(seed * 7_919 + 17);
  const weeks = quietWeeks + 1;
  const starts = Array.from({ length: weeks }, (_, week) => START_MS + week * WEEK_MS);
  const normal = starts.flatMap((weekMs) => normalWeek(chance, weekMs));
  const incidents = plantIncidents(chance, START_MS + quietWeeks * WEEK_MS);
  const happenings = [...normal, ...incidents].sort((a, b) => a.fromMs - b.fromMs);
  const endMs = START_MS + weeks * WEEK_MS;
  return { incidents, steps: () => run(new Service(new Chance(seed * 104_729 + 5)), happenings, endMs) };
}

function* run(service: Service, happenings: readonly Happening[], endMs: number): Generator<Step> {
  let next = 0;
  let under: Happening[] = [];
  for (let atMs = START_MS; atMs < endMs; atMs += STEP_MS) {
    for (let one = happenings[next]; one && one.fromMs <= atMs; one = happenings[next]) {
      under.push(one);
      next += 1;
    }
    under = under.filter(({ toMs }) => toMs > atMs);
    const conditions = calm();
    for (const { bear, fromMs } of under) bear(conditions, atMs - fromMs, atMs);
    yield { atMs, readings: service.step(atMs, conditions), sessions: conditions.sessions };
  }
}
