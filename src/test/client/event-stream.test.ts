// Server-sent events: read piece by piece, and kept coming through lost connections.
import { expect, test, vi } from 'vitest';
import { ProblemError } from '../../main/client/errors.ts';
import { createEventParser, keepStreamOpen, retryDelayMs } from '../../main/client/event-stream.ts';

const problem = (status: number, retryAfterSeconds: number | null = null) =>
  new ProblemError({ status, code: 'x', title: 'x', detail: '', requestId: null, fields: [], retryAfterSeconds });

function streamOf(...pieces: readonly string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
}

test('an event may arrive in any number of pieces, with any line ends', () => {
  const whole = 'event: pool\r\ndata: {"a":\r\ndata: 1}\r\n\r\n: still here\n\ndata: two\n\n';
  for (let cut = 0; cut <= whole.length; cut += 1) {
    const parse = createEventParser();
    const events = [...parse(whole.slice(0, cut)), ...parse(whole.slice(cut))];
    expect(events).toEqual([
      { event: 'pool', data: '{"a":\n1}' },
      { event: 'message', data: 'two' },
    ]);
  }
});

test('a stream that ends is opened again, and stops when asked to', async () => {
  vi.useFakeTimers();
  const end = new AbortController();
  const seen: string[] = [];
  let opened = 0;
  const done = keepStreamOpen({
    open: async () => {
      opened += 1;
      return streamOf(`data: ${opened}\n\n`);
    },
    onEvent: ({ data }) => {
      seen.push(data);
      if (seen.length === 3) end.abort();
    },
    signal: end.signal,
    silenceLimitMs: 1000,
  });
  await vi.advanceTimersByTimeAsync(5000);
  await done;
  expect(seen).toEqual(['1', '2', '3']);
  vi.useRealTimers();
});

test('a silent stream is taken for lost', async () => {
  vi.useFakeTimers();
  const end = new AbortController();
  let opened = 0;
  const done = keepStreamOpen({
    open: (signal) => {
      opened += 1;
      return Promise.resolve(
        new ReadableStream({ start: (controller) => signal.addEventListener('abort', () => controller.error('gone')) }),
      );
    },
    onEvent: () => {},
    signal: end.signal,
    silenceLimitMs: 1000,
  });
  await vi.advanceTimersByTimeAsync(2500);
  expect(opened).toBe(2);
  end.abort();
  await vi.advanceTimersByTimeAsync(10);
  await done;
  vi.useRealTimers();
});

test.each([401, 403, 404])('%i is not asked again', async (status) => {
  const open = vi.fn(() => Promise.reject(problem(status)));
  const signal = new AbortController().signal;
  await expect(keepStreamOpen({ open, onEvent: () => {}, signal, silenceLimitMs: 1000 })).rejects.toThrow();
  expect(open).toHaveBeenCalledTimes(1);
});

test('the pause grows, has a limit, is scattered, and honours what the server asks for', () => {
  expect(retryDelayMs(0, null, 0.5)).toBe(500);
  expect(retryDelayMs(2, null, 0.5)).toBe(2000);
  expect(retryDelayMs(50, null, 1)).toBeLessThanOrEqual(18_750);
  expect(retryDelayMs(0, null, 0)).toBeLessThan(retryDelayMs(0, null, 1));
  expect(retryDelayMs(0, problem(503, 30), 0.5)).toBe(30_000);
});
