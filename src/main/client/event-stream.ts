// Reads server-sent events from a byte stream, and keeps a stream open through lost connections.
import { ProblemError } from './errors.ts';

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** What is known of a stream that is being kept open. */
export type StreamState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'lost'; readonly error: unknown; readonly retryInMs: number };

export interface KeepOpenOptions {
  readonly open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onState?: ((state: StreamState) => void) | undefined;
  readonly signal: AbortSignal;
  /** A stream that is silent for longer is taken for lost, in milliseconds. */
  readonly silenceLimitMs: number;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/** Splits text into events as it arrives; call it with each piece, it returns the events that became whole. */
export function createEventParser(): (piece: string) => readonly ServerEvent[] {
  let rest = '';
  return (piece) => {
    // A carriage return at the very end may be half of a line break: it waits for the next piece.
    const all = rest + piece;
    const usable = all.endsWith('\r') ? all.length - 1 : all.length;
    const blocks = all.slice(0, usable).replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n\n');
    rest = (blocks.pop() ?? '') + all.slice(usable);
    return blocks.flatMap(parseBlock);
  };
}

function parseBlock(block: string): readonly ServerEvent[] {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') event = value;
    if (name === 'data') data.push(value);
  }
  return data.length === 0 ? [] : [{ event, data: data.join('\n') }];
}

/**
 * Reads a stream until `signal` aborts; a lost one is opened again after a growing, scattered pause. Rejects only
 * when the server refuses for good (no session, no permission, no such address).
 */
export async function keepStreamOpen(options: KeepOpenOptions): Promise<void> {
  const { signal, onState } = options;
  let failures = 0;
  while (!signal.aborted) {
    onState?.({ kind: 'connecting' });
    let error: unknown = null;
    try {
      await readOnce(options, () => {
        failures = 0;
      });
    } catch (cause) {
      if (signal.aborted) return;
      if (isFinal(cause)) throw cause;
      error = cause;
    }
    if (signal.aborted) return;
    const retryInMs = retryDelayMs(failures, error, Math.random());
    failures += 1;
    onState?.({ kind: 'lost', error, retryInMs });
    await pause(retryInMs, signal);
  }
}

/** Doubles with each failure, scattered over half its span so that a thousand clients do not come back at once. */
export function retryDelayMs(failures: number, error: unknown, random: number): number {
  const wished = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
  const asked = error instanceof ProblemError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.round(Math.max(wished, asked) * (0.75 + random * 0.5));
}

async function readOnce(options: KeepOpenOptions, onFirstEvent: () => void): Promise<void> {
  const lost = new AbortController();
  const signal = AbortSignal.any([options.signal, lost.signal]);
  let silence = setTimeout(() => lost.abort(), options.silenceLimitMs);
  try {
    const stream = await options.open(signal);
    options.onState?.({ kind: 'open' });
    const parse = createEventParser();
    const decoder = new TextDecoder();
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(() => lost.abort(), options.silenceLimitMs);
      for (const event of parse(decoder.decode(value, { stream: true }))) {
        onFirstEvent();
        options.onEvent(event);
      }
    }
  } finally {
    clearTimeout(silence);
    lost.abort();
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof ProblemError && [400, 401, 403, 404].includes(error.status);
}

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, durationMs);
    signal.addEventListener('abort', done);
  });
}
