/** This process, each second: how late its event loop is, what memory it has, what share of one core it takes. */

import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Reading } from './reading-hub.ts';

const RESOLUTION_MS = 20;
const NS_PER_MS = 1_000_000;
const US_PER_MS = 1_000;
const SECOND_MS = 1_000;
const P99 = 99;

export class ProcessCollector {
  #delay: IntervalHistogram | undefined;
  #cpu = process.cpuUsage();

  start(): void {
    this.#delay ??= monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#delay.enable();
    this.#cpu = process.cpuUsage();
  }

  stop(): void {
    this.#delay?.disable();
  }

  /** @param elapsedMs since it was asked last, which should be a second */
  collect(elapsedMs: number): Reading[] {
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#cpu = process.cpuUsage();
    const { heapUsed, rss } = process.memoryUsage();
    return [
      { name: 'process.loopDelayP99Ms', scope: '', value: this.#takeDelayMs(elapsedMs) },
      { name: 'process.rssBytes', scope: '', value: rss },
      { name: 'process.heapBytes', scope: '', value: heapUsed },
      { name: 'process.cpuShare', scope: '', value: (user + system) / US_PER_MS / Math.max(1, elapsedMs) },
    ];
  }

  /**
   * What Node measures has the interval of its own measuring in it, and misses what begins right after it was set back: the second
   * itself that came late tells of that.
   */
  #takeDelayMs(elapsedMs: number): number {
    const lateMs = elapsedMs - SECOND_MS;
    if (!this.#delay || this.#delay.count === 0) return Math.max(0, lateMs);
    const delayMs = this.#delay.percentile(P99) / NS_PER_MS - RESOLUTION_MS;
    this.#delay.reset();
    return Math.max(0, delayMs, lateMs);
  }
}
