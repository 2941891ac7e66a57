/**
 * Background work: something that starts, stops and can be asked to run once. Stopping twice, or before starting, is
 * allowed; runs never overlap; a run that throws is logged and does not end the service.
 */

import type { Logger } from './logger.ts';

export interface Service {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface PeriodicService extends Service {
  /** Runs now and resolves when that run has ended. Waits for a run under way rather than overlapping it. */
  runOnce(): Promise<void>;
  /** Asks for a run soon, without waiting for it. Many calls in a row cause one run. */
  wake(): void;
}

export interface PeriodicServiceOptions {
  name: string;
  /** Time between the end of one run and the start of the next. */
  intervalMs: number;
  run: (signal: AbortSignal) => Promise<void>;
  logger: Logger;
}

export function createPeriodicService({ name, intervalMs, run, logger }: PeriodicServiceOptions): PeriodicService {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let wokenDuringRun = false;
  let abort: AbortController | undefined;

  const schedule = (delayMs: number): void => {
    if (!abort) return;
    clearTimeout(timer);
    timer = setTimeout(() => void runOnce().catch(() => undefined), delayMs);
    timer.unref();
  };

  const runGuarded = async (): Promise<void> => {
    const signal = (abort ?? new AbortController()).signal;
    try {
      await run(signal);
    } catch (error) {
      if (signal.aborted) return;
      logger.error({ err: error, service: name }, 'a background run failed');
      throw error;
    }
  };

  const runOnce = async (): Promise<void> => {
    while (running) await running.catch(() => undefined);
    clearTimeout(timer);
    wokenDuringRun = false;
    running = runGuarded();
    try {
      await running;
    } finally {
      running = undefined;
      schedule(wokenDuringRun ? 0 : intervalMs);
    }
  };

  return {
    name,
    async start() {
      if (abort) return;
      abort = new AbortController();
      schedule(0);
    },
    async stop() {
      abort?.abort();
      abort = undefined;
      clearTimeout(timer);
      await running?.catch(() => undefined);
    },
    runOnce,
    wake() {
      if (running) wokenDuringRun = true;
      else schedule(0);
    },
  };
}
