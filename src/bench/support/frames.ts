/** Counts the frames that a page draws, as its own animation callbacks see them. */

import type { Page } from 'playwright-core';

export interface FrameReport {
  framesPerSecond: number;
  /** Frames that came more than half a frame after their time. */
  lateShare: number;
  longestMs: number;
  /** Tasks of the page's main thread that took more than 50 ms. */
  longTasks: number;
}

const FRAME_MS = 1000 / 60;
const LATE_MS = FRAME_MS * 1.5;

/** Watches `page` for `durationMs`. A page that is still draws no frame of its own, and is asked for them all the same. */
export async function recordFrames(page: Page, durationMs: number): Promise<FrameReport> {
  const { longTasks, times } = await page.evaluate<{ times: number[]; longTasks: number }>(WATCH(durationMs));
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return {
    framesPerSecond: (gaps.length / Math.max(1, spanMs)) * 1000,
    lateShare: gaps.filter((gap) => gap > LATE_MS).length / Math.max(1, gaps.length),
    longestMs: Math.max(0, ...gaps),
    longTasks,
  };
}

/** Runs within the page, where there is a DOM; benchmarks are compiled without one, so that it is text. */
const WATCH = (durationMs: number) => `new Promise((resolve) => {
  const times = [];
  let longTasks = 0;
  const observer = new PerformanceObserver((list) => { longTasks += list.getEntries().length; });
  observer.observe({ type: 'longtask' });
  const step = (time) => {
    times.push(time);
    if (time - times[0] < ${durationMs}) return void requestAnimationFrame(step);
    observer.disconnect();
    resolve({ times, longTasks });
  };
  requestAnimationFrame(step);
})`;
