/**
 * Which trace something belongs to. It follows from the request alone: from the `traceparent` it came with (W3C Trace Context), or
 * from its id. So a request and its statements find each other without anything being kept while it runs.
 */

import { createHash } from 'node:crypto';

export interface TraceSource {
  readonly requestId?: string | undefined;
  /** The header as it came. */
  readonly traceparent?: string | undefined;
}

export interface Trace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Of the request in this server: 16 hexadecimal digits. */
  readonly spanId: string;
  /** Of whoever called; absent where the trace begins here. */
  readonly parentSpanId?: string | undefined;
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;
const NOTHING = /^0+$/;
const SAMPLED = 1;
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
const UINT32 = 2 ** 32;

/**
 * @param share of the requests that begin a trace here, 0 to 1; a caller that has decided already is followed
 * @returns undefined where it is not to be recorded
 */
export function traceOf(source: TraceSource | undefined, share: number): Trace | undefined {
  if (!source?.requestId) return undefined;
  const { requestId, traceparent } = source;
  const given = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  if (given && isValid(given)) {
    const [, traceId = '', parentSpanId = '', flags = ''] = given;
    return Number.parseInt(flags, 16) & SAMPLED ? { traceId, parentSpanId, spanId: spanIdOf(requestId) } : undefined;
  }
  if (share <= 0 || (share < 1 && hash32(requestId) >= share * UINT32)) return undefined;
  return beginTrace(requestId);
}

/** For a request that is recorded whatever the share, because it failed. */
export function beginTrace(requestId: string): Trace {
  return { traceId: digest('trace', requestId, TRACE_ID_BYTES), spanId: spanIdOf(requestId) };
}

/** An id with nothing but zeros is none, and version ff is not one either. */
function isValid([whole, traceId = '', spanId = '']: RegExpExecArray): boolean {
  return !whole.startsWith('ff') && !NOTHING.test(traceId) && !NOTHING.test(spanId);
}

function spanIdOf(requestId: string): string {
  return digest('span', requestId, SPAN_ID_BYTES);
}

function digest(purpose: string, requestId: string, bytes: number): string {
  return createHash('sha256').update(`${purpose} ${requestId}`).digest().toString('hex', 0, bytes);
}

/** FNV-1a with a last mixing: cheap, since it is asked of every statement. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  // The ids count up: without this, neighbours would be sampled together.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
