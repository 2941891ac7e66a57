/** The planner's thread: with work of a test's own, so that it can be slow, stubborn or greedy. */

import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { createLogger } from '../../../main/foundation/logger.ts';
import { PlannerThread, type PlannerThreadOptions } from '../../../main/planner/jobs/planner-thread.ts';

type Task = 'answer' | 'refuse' | 'break' | 'follow' | 'ignore' | 'fill' | 'leave';

const file = new URL('../../support/planner-thread-stub.ts', import.meta.url);
const logger = createLogger({ level: 'silent' });
const options = { deadlineMs: 20_000, what: 'This test' };
const threads: PlannerThread<Task, unknown>[] = [];

function createThread(more: Partial<PlannerThreadOptions> = {}): PlannerThread<Task, unknown> {
  const thread = new PlannerThread<Task, unknown>({ logger, file, graceMs: 200, ...more });
  threads.push(thread);
  return thread;
}

afterEach(async () => {
  await Promise.all(threads.splice(0).map((thread) => thread.stop()));
});

test('it answers, tells of its progress, and passes a refusal on as it is', async () => {
  const thread = createThread();
  const steps: number[] = [];
  const answer = await thread.run('answer', { ...options, onProgress: ({ done }) => steps.push(done) });
  expect(answer).toEqual({ directory: expect.any(String), isMain: false });
  expect(steps.at(-1)).toBe(2);
  await expect(thread.run('refuse', options)).rejects.toMatchObject({ kind: 'unprocessable', code: 'refused_here' });
  await expect(thread.run('break', options)).rejects.toThrow('nobody had foreseen this');
});

test('its own event loop goes on, one task comes after the other, and too many are refused', async () => {
  const thread = createThread({ waitingMax: 1 });
  const first = thread.run('follow', { ...options, deadlineMs: 300 }).catch((error) => error.code);
  const second = thread.run('answer', options);
  await expect(thread.run('answer', options)).rejects.toMatchObject({ code: 'planner_busy' });
  expect(await first).toBe('planner_timeout');
  expect(await second).toMatchObject({ isMain: false });
});

test('work that listens is stopped by its signal; work that does not is ended with its thread, and its files go', async () => {
  const thread = createThread();
  const { directory } = (await thread.run('answer', options)) as { directory: string };
  const listens = new AbortController();
  const following = thread.run('follow', { ...options, signal: listens.signal });
  listens.abort(new Error('enough'));
  await expect(following).rejects.toThrow('enough');
  // The same thread goes on.
  expect(await thread.run('answer', options)).toMatchObject({ directory });
  await expect(thread.run('ignore', { ...options, deadlineMs: 50 })).rejects.toMatchObject({ code: 'planner_timeout' });
  const next = (await thread.run('answer', options)) as { directory: string };
  expect(next.directory).not.toBe(directory);
  await vi.waitFor(() => expect(isThere(directory)).toBe(false));
});

test('a thread that needs too much memory or ends by itself takes its task along and nothing else', async () => {
  const thread = createThread({ memoryMb: 32 });
  const filling = thread.run('fill', options).catch((error) => error.code);
  // What waits is not given to a thread that is about to end.
  const waiting = thread.run('answer', options);
  expect(await filling).toBe('planner_out_of_memory');
  expect(await waiting).toMatchObject({ isMain: false });
  await expect(thread.run('leave', options)).rejects.toThrow('has ended');
  expect(await thread.run('answer', options)).toMatchObject({ isMain: false });
});

test('it ends when it is long unneeded, and begins again when it is needed', async () => {
  const thread = createThread({ idleMs: 20 });
  const { directory } = (await thread.run('answer', options)) as { directory: string };
  await vi.waitFor(() => expect(isThere(directory)).toBe(false));
  expect(await thread.run('answer', options)).not.toEqual({ directory, isMain: false });
});

test('a server that stops waits for no task', async () => {
  const thread = createThread();
  const task = thread.run('ignore', options).catch((error) => error.code);
  await thread.stop();
  expect(await task).toBe('planner_busy');
  await expect(thread.run('answer', options)).rejects.toMatchObject({ code: 'planner_busy' });
});

function isThere(directory: string): boolean {
  return readdirSync(tmpdir()).some((name) => directory.endsWith(name));
}
