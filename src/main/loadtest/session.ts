/**
 * Partly open sessions (Schroeder, Wierman, Harchol-Balter, "Open versus closed: a cautionary tale", NSDI 2006): sessions
 * arrive whatever the server does, but inside of one the next step waits for the answer and a pause for thought. The
 * steps of each session are drawn from its own seed, so that the order of answers cannot change them.
 */

import { createRandom, type Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import type { ThinkTime } from './shape.ts';

export interface PlannedStep {
  /** An index into the schedule's streams. */
  stream: number;
  /** The pause between the answer before and this request. */
  thinkMs: number;
}

/**
 * What follows the first request of a session, most often nothing.
 * @param sessionIndex the session's place in the schedule
 */
export function planSession(schedule: Schedule, sessionIndex: number): PlannedStep[] {
  const streamName = schedule.streams[schedule.stream[sessionIndex] as number] as string;
  const steps = schedule.shape.streams[streamName]?.steps;
  if (!steps || steps.length === 0) return [];
  const random = createRandom(schedule.shape.seed, `session:${sessionIndex}`);
  const planned: PlannedStep[] = [];
  for (const { stream, think, probability = 1 } of steps) {
    if (random.unit() >= probability) break;
    planned.push({ stream: schedule.streams.indexOf(stream), thinkMs: drawThinkMs(think, random) });
  }
  return planned;
}

function drawThinkMs(think: ThinkTime, random: Random): number {
  if ('fixedMs' in think) return think.fixedMs;
  if ('meanMs' in think) return random.exponential(think.meanMs);
  return think.sampledMs[random.below(think.sampledMs.length)] as number;
}
