/** Says when each phase begins, and how busy this thread was in it. */

import { performance } from 'node:perf_hooks';
import type { SchedulePhase } from './schedule.ts';

export interface PhaseWatch {
  /** The phase that runs now. */
  current(): SchedulePhase;
  /** By phase, from 0 to 1; 0 for those that were not reached. */
  finish(): number[];
}

export interface PhaseWatchOptions {
  phases: readonly SchedulePhase[];
  /** See `Pacer.idleTurnsMs`: this much of the time that looks busy was waiting. */
  idleTurnsMs(): number;
  onPhase(phase: SchedulePhase): void;
}

/** Begins with the first phase, now. */
export function watchPhases({ phases, idleTurnsMs, onPhase }: PhaseWatchOptions): PhaseWatch {
  const utilizations = phases.map(() => 0);
  const startedMs = performance.now();
  let current = 0;
  let loop = performance.eventLoopUtilization();
  let idleMs = idleTurnsMs();
  let timer: NodeJS.Timeout | undefined;
  let isFinished = false;

  const measure = () => {
    const since = performance.eventLoopUtilization(loop);
    const waitedMs = idleTurnsMs() - idleMs;
    const totalMs = since.active + since.idle;
    utilizations[current] = totalMs > 0 ? Math.max(0, since.active - waitedMs) / totalMs : 0;
    loop = performance.eventLoopUtilization();
    idleMs = idleTurnsMs();
  };
  const begin = () => {
    const phase = phases[current] as SchedulePhase;
    onPhase(phase);
    timer = setTimeout(end, Math.max(0, phase.endMs - (performance.now() - startedMs)));
  };
  const end = () => {
    measure();
    if (current === phases.length - 1) isFinished = true;
    else {
      current += 1;
      begin();
    }
  };
  begin();
  return {
    current: () => phases[current] as SchedulePhase,
    finish() {
      clearTimeout(timer);
      if (!isFinished) measure();
      isFinished = true;
      return utilizations;
    },
  };
}
