// The live picture of the server, a second at a time, for a page that is left on a wall.
import type { LiveLane, LiveStatement, LiveView } from '../monitor/live/schema.ts';
import { keepStreamOpen, type StreamState } from './event-stream.ts';
import type { Transport } from './transport.ts';

export type { LiveLane, LiveStatement, LiveView };

export interface StreamLiveOptions {
  readonly onLive: (live: LiveView) => void;
  readonly onState?: (state: StreamState) => void;
  /** Ends the stream. */
  readonly signal: AbortSignal;
}

/** The server speaks each second; a silence of this length is a lost connection. */
const SILENCE_LIMIT_MS = 6_000;

/** Part of the monitor's client; operators only. */
export function createLiveClient(transport: Transport) {
  return {
    /** Calls `onLive` each second until `signal` aborts. Reconnects by itself; rejects when refused for good. */
    streamLive: ({ onLive, onState, signal }: StreamLiveOptions): Promise<void> =>
      keepStreamOpen({
        open: (each) => transport.open('/v1/monitor/live', each),
        onEvent: ({ event, data }) => {
          if (event === 'live') onLive(JSON.parse(data) as LiveView);
        },
        onState,
        signal,
        silenceLimitMs: SILENCE_LIMIT_MS,
      }),
  };
}
