import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { ProcessCollector } from '../../../main/monitor/samples/process-collector.ts';

const figuresOf = (collector: ProcessCollector, elapsedMs: number) =>
  Object.fromEntries(collector.collect(elapsedMs).map(({ name, value }) => [name, value]));

function blockFor(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

test('memory, processor time and the delay of the event loop', async () => {
  const collector = new ProcessCollector();
  collector.start();
  onTestFinished(() => collector.stop());
  const delayMs = () => figuresOf(collector, 1_000)['process.loopDelayP99Ms'];
  // A delay is what lies between two turns: there has to be one.
  await sleep(100);
  blockFor(300);
  await sleep(50);
  expect(delayMs()).toBeGreaterThan(150);
  const figures = figuresOf(collector, 1_000);
  expect(figures['process.rssBytes']).toBeGreaterThan(10_000_000);
  expect(figures['process.heapBytes']).toBeGreaterThan(1_000_000);
  expect(figures['process.cpuShare']).toBeGreaterThanOrEqual(0);
});

test('a delay that begins right after the last look is seen by how late this one is', () => {
  expect(figuresOf(new ProcessCollector(), 3_500)['process.loopDelayP99Ms']).toBe(2_500);
});

test('before it is started there is no delay to tell of', () => {
  expect(figuresOf(new ProcessCollector(), 1_000)['process.loopDelayP99Ms']).toBe(0);
});
