/** Requests as Prometheus counts them: by route and by how they ended, under OpenTelemetry's name. */

import { Histogram, type Registry } from 'prom-client';
import { type EndedRequest, RequestTracker } from '../../http/index.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const MS_PER_SECOND = 1_000;

export type RequestOutcome = 'ok' | 'rejected' | 'failed' | 'abandoned';

/** `rejected` is the caller's own affair, such as a wrong password; `failed` is ours; `abandoned` went away before its answer. */
export function outcomeOf({
  isAbandoned,
  statusCode,
}: Pick<EndedRequest, 'isAbandoned' | 'statusCode'>): RequestOutcome {
  if (statusCode >= 500) return 'failed';
  if (isAbandoned) return 'abandoned';
  return statusCode >= 400 ? 'rejected' : 'ok';
}

export class RequestMetrics extends RequestTracker {
  readonly #duration: Histogram<'http_route' | 'outcome'>;
  readonly #known = new Map<string, Histogram.Internal<'http_route' | 'outcome'>>();

  constructor(registry: Registry) {
    super();
    this.#duration = new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Requests, from their first byte to the last of their answer',
      labelNames: ['http_route', 'outcome'],
      buckets: SECONDS,
      registers: [registry],
    });
  }

  override requestEnded(request: EndedRequest): void {
    const outcome = outcomeOf(request);
    const key = `${request.route} ${outcome}`;
    let cell = this.#known.get(key);
    if (!cell) {
      // Routes are those that were declared: their number is bounded by the program.
      cell = this.#duration.labels({ http_route: request.route, outcome });
      this.#known.set(key, cell);
    }
    cell.observe(request.durationMs / MS_PER_SECOND);
  }
}
