import { describe, expect, test } from 'vitest';
import { beginTrace, traceOf } from '../../../main/monitor/otlp/trace.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const traceparent = (flags: string, version = '00') => `${version}-${TRACE}-${PARENT}-${flags}`;

describe('a request that came with a trace', () => {
  test('belongs to it, and its caller decides whether it is recorded', () => {
    expect(traceOf({ requestId: 'r', traceparent: traceparent('01') }, 0)).toEqual({
      traceId: TRACE,
      parentSpanId: PARENT,
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(traceOf({ requestId: 'r', traceparent: traceparent('00') }, 1)).toBeUndefined();
    expect(traceOf({ requestId: 'r', traceparent: traceparent('03') }, 0)?.traceId).toBe(TRACE);
    expect(traceOf({ requestId: 'r', traceparent: `${traceparent('01', 'cc')}-more` }, 0)?.traceId).toBe(TRACE);
  });

  test.each([
    'nonsense',
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    '',
  ])('that is none begins its own: %j', (given) => {
    const trace = traceOf({ requestId: 'r', traceparent: given }, 1);
    expect(trace).toEqual(beginTrace('r'));
    expect(trace?.parentSpanId).toBeUndefined();
  });
});

describe('a request that begins a trace', () => {
  test('has the same one for all that belongs to it, and another than any other', () => {
    expect(traceOf({ requestId: 'a-1' }, 1)).toEqual(traceOf({ requestId: 'a-1' }, 1));
    const ids = Array.from({ length: 1_000 }, (_, index) => traceOf({ requestId: `a-${index}` }, 1));
    expect(new Set(ids.map((trace) => trace?.traceId)).size).toBe(1_000);
    expect(new Set(ids.map((trace) => trace?.spanId)).size).toBe(1_000);
    expect(ids[0]?.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each([0, 0.05, 0.1, 0.5, 1])('is recorded in the share of %d', (share) => {
    const requests = 20_000;
    const recorded = Array.from({ length: requests }, (_, index) => `KXr6grRg7-${index.toString(36)}`).filter(
      (requestId) => traceOf({ requestId }, share),
    );
    expect(Math.abs(recorded.length / requests - share)).toBeLessThan(0.02);
  });

  test('is none where nobody asks', () => {
    expect(traceOf(undefined, 1)).toBeUndefined();
    expect(traceOf({}, 1)).toBeUndefined();
  });
});
