// Figures over time, and the tables and indexes they are about.
import type {
  IndexList,
  IndexView,
  Series,
  SeriesAnswer,
  SeriesPoint,
  TableList,
  TableView,
} from '../monitor/samples/schema.ts';
import type { Transport } from './transport.ts';

export type { IndexList, IndexView, Series, SeriesAnswer, SeriesPoint, TableList, TableView };

export interface SeriesRequest {
  /** Such as `pool.waitP99Ms`; the names are in the user guide, under Watching. */
  readonly names: readonly string[];
  /** One lane, route, statement or table alone. */
  readonly scope?: string | undefined;
  /** An hour before `to` when left out. */
  readonly from?: Date | undefined;
  /** Now when left out. */
  readonly to?: Date | undefined;
  /** Left out: so that there are about 360 steps. */
  readonly stepSeconds?: number | undefined;
}

const base = '/v1/monitor';

/** Part of the monitor's client; operators only. */
export function createSeriesClient({ send }: Transport) {
  return {
    series: ({ from, names, scope, stepSeconds, to }: SeriesRequest, signal?: AbortSignal) =>
      send<SeriesAnswer>('GET', `${base}/series`, {
        query: { name: names.join(','), scope, from: from?.toISOString(), to: to?.toISOString(), stepSeconds },
        signal,
      }),
    /** Largest first. */
    tables: (signal?: AbortSignal) => send<TableList>('GET', `${base}/tables`, { signal }),
    /** Largest first. */
    indexes: (signal?: AbortSignal) => send<IndexList>('GET', `${base}/indexes`, { signal }),
  };
}
