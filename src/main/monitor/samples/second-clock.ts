/** Calls each second with how long it has really been, so that what is counted can be given by the second. */

import type { Clock } from '../../foundation/clock.ts';
import type { Service } from '../../foundation/service.ts';

const SECOND_MS = 1_000;

export interface SecondClockOptions {
  name: string;
  clock: Clock;
  onSecond: (atMs: number, elapsedMs: number) => void;
  onStart?: () => void;
  onStop?: () => void;
}

export function createSecondClock({ clock, name, onSecond, onStart, onStop }: SecondClockOptions): Service {
  let timer: NodeJS.Timeout | undefined;
  return {
    name,
    start: async () => {
      if (timer) return;
      onStart?.();
      let lastMs = clock.monotonicMs();
      timer = setInterval(() => {
        const nowMs = clock.monotonicMs();
        onSecond(clock.nowMs(), nowMs - lastMs);
        lastMs = nowMs;
      }, SECOND_MS);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      timer = undefined;
      onStop?.();
    },
  };
}
