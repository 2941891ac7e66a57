// The operator's view of the server: the pool as it is now, counts, and the statements it runs.
import type { PoolHistory, PoolHistoryHolder, PoolHistoryLane, PoolHistoryPoint } from '../monitor/history/schema.ts';
import type { LaneSnapshot, LeaseView, Overview, PoolSnapshot, StatementView } from '../monitor/schema.ts';
import { createAlertsClient } from './alerts.ts';
import { createCauseClient } from './cause.ts';
import { createChannelsClient } from './channels.ts';
import { keepStreamOpen, type StreamState } from './event-stream.ts';
import { createIncidentsClient } from './incidents.ts';
import { createLiveClient } from './live.ts';
import { createPostmortemsClient } from './postmortems.ts';
import { createQueriesClient } from './queries.ts';
import { createRulesClient } from './rules.ts';
import { createSeriesClient } from './series.ts';
import type { Transport } from './transport.ts';

export type {
  LaneSnapshot,
  LeaseView,
  Overview,
  PoolHistory,
  PoolHistoryHolder,
  PoolHistoryLane,
  PoolHistoryPoint,
  PoolSnapshot,
  StatementView,
  StreamState,
};

export interface StreamPoolOptions {
  readonly onPool: (pool: PoolSnapshot) => void;
  readonly onState?: (state: StreamState) => void;
  /** Ends the stream. */
  readonly signal: AbortSignal;
}

const base = '/v1/monitor';
/** The server speaks every 5 s at least; three silences are a lost connection. */
const SILENCE_LIMIT_MS = 15_000;

/** The monitor part of the client; operators only. */
export function createMonitorClient(transport: Transport) {
  const { send } = transport;
  return {
    ...createAlertsClient(transport),
    ...createCauseClient(transport),
    ...createChannelsClient(transport),
    ...createIncidentsClient(transport),
    ...createLiveClient(transport),
    ...createPostmortemsClient(transport),
    ...createRulesClient(transport),
    ...createSeriesClient(transport),
    ...createQueriesClient(transport),
    /** The pool and who holds its connections, as of now. */
    pool: (signal?: AbortSignal) =>
      send<{ readonly pool: PoolSnapshot; readonly leases: readonly LeaseView[] }>('GET', `${base}/pool`, { signal }),
    /** Calls `onPool` with each change until `signal` aborts. Reconnects by itself; rejects when refused for good. */
    streamPool: ({ onPool, onState, signal }: StreamPoolOptions): Promise<void> =>
      keepStreamOpen({
        open: (each) => transport.open(`${base}/pool/stream`, each),
        onEvent: ({ event, data }) => {
          if (event === 'pool') onPool(JSON.parse(data) as PoolSnapshot);
        },
        onState,
        signal,
        silenceLimitMs: SILENCE_LIMIT_MS,
      }),
    /** The pool over the last `spanSeconds`, a day at the most; the longer the span, the wider its steps. */
    poolHistory: (spanSeconds: number, signal?: AbortSignal) =>
      send<PoolHistory>('GET', `${base}/pool/history`, { query: { spanSeconds }, signal }),
    overview: (signal?: AbortSignal) => send<Overview>('GET', `${base}/overview`, { signal }),
    async statements(signal?: AbortSignal): Promise<readonly StatementView[]> {
      return (await send<{ statements: StatementView[] }>('GET', `${base}/statements`, { signal })).statements;
    },
  };
}
