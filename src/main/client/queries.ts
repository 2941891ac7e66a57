// What statements cost over a span, against another; one statement with its callers, plans and regressions.
import type {
  QueryCaller,
  QueryDetail,
  QueryFigures,
  QueryList,
  QueryPlan,
  QueryPoint,
  QueryRegression,
  QuerySort,
  QuerySpan,
  QueryView,
} from '../monitor/query-stats/schema.ts';
import type { Transport } from './transport.ts';

export type {
  QueryCaller,
  QueryDetail,
  QueryFigures,
  QueryList,
  QueryPlan,
  QueryPoint,
  QueryRegression,
  QuerySort,
  QuerySpan,
  QueryView,
};

/** Instants as ISO 8601 with a zone. Left out: the last hour, compared with nothing. */
export interface QuerySpans {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The span to compare with; both or none. */
  readonly compareFrom?: string | undefined;
  readonly compareTo?: string | undefined;
}

export interface QueriesRequest extends QuerySpans {
  readonly route?: string | undefined;
  readonly search?: string | undefined;
  readonly sort?: QuerySort | undefined;
  readonly limit?: number | undefined;
}

const base = '/v1/monitor/queries';

/** Part of the monitor's client; operators only. */
export function createQueriesClient({ send }: Transport) {
  return {
    queries: (request: QueriesRequest = {}, signal?: AbortSignal) =>
      send<QueryList>('GET', base, { query: { ...request }, signal }),
    query: (id: string, spans: QuerySpans = {}, signal?: AbortSignal) =>
      send<QueryDetail>('GET', `${base}/${encodeURIComponent(id)}`, { query: { ...spans }, signal }),
  };
}
