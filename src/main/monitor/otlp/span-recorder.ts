/** Makes spans of requests and of their statements, for those that are sampled, and of every request that failed. */

import { randomBytes } from 'node:crypto';
import { PoolTracker, type StatementOutcome } from '../../database/index.ts';
import { type EndedRequest, RequestTracker } from '../../http/index.ts';
import { type OtlpAttribute, toAttributes, toUnixNano } from './attributes.ts';
import { beginTrace, traceOf } from './trace.ts';

export interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string | undefined;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: OtlpAttribute[];
  status: { code: number };
}

export interface SpanRecorderOptions {
  /** Of the requests that begin a trace here, 0 to 1. */
  share: number;
  nowMs: () => number;
  record: (span: OtlpSpan) => void;
}

const KIND = { server: 2, client: 3 };
const STATUS = { unset: 0, error: 2 };
const SPAN_ID_BYTES = 8;
const FAILED_FROM = 500;
/** A statement that nobody declared is called by its shape, which may be long. */
const NAME_LONGEST = 200;

export class SpanRecorder {
  readonly requests: RequestTracker;
  readonly statements: PoolTracker;

  constructor(options: SpanRecorderOptions) {
    this.requests = new RequestSpans(options);
    this.statements = new StatementSpans(options);
  }
}

class RequestSpans extends RequestTracker {
  readonly #options: SpanRecorderOptions;

  constructor(options: SpanRecorderOptions) {
    super();
    this.#options = options;
  }

  override requestEnded(request: EndedRequest): void {
    const { nowMs, record, share } = this.#options;
    const { durationMs, isAbandoned, refusal, requestId, route, statusCode, traceparent } = request;
    const hasFailed = statusCode >= FAILED_FROM;
    const trace = traceOf({ requestId, traceparent: traceparent ?? undefined }, share);
    const kept = trace ?? (hasFailed ? beginTrace(requestId) : undefined);
    if (!kept) return;
    const endMs = nowMs();
    const [method = '', path = ''] = route.split(' ');
    record({
      ...kept,
      ...{ name: route, kind: KIND.server },
      ...{ startTimeUnixNano: toUnixNano(endMs - durationMs), endTimeUnixNano: toUnixNano(endMs) },
      attributes: toAttributes({
        'http.request.method': method,
        'http.route': path,
        'http.response.status_code': statusCode,
        'error.type': hasFailed ? (refusal ?? String(statusCode)) : undefined,
        'aquifer.request_id': requestId,
        'aquifer.abandoned': isAbandoned || undefined,
      }),
      status: { code: hasFailed ? STATUS.error : STATUS.unset },
    });
  }
}

class StatementSpans extends PoolTracker {
  readonly #options: SpanRecorderOptions;

  constructor(options: SpanRecorderOptions) {
    super();
    this.#options = options;
  }

  override statementEnded({ durationMs, errorCode, lane, origin, rows, statement, stopped }: StatementOutcome): void {
    const { nowMs, record, share } = this.#options;
    const trace = traceOf(origin, share);
    if (!trace) return;
    const endMs = nowMs();
    record({
      ...{ traceId: trace.traceId, parentSpanId: trace.spanId },
      spanId: randomBytes(SPAN_ID_BYTES).toString('hex'),
      ...{ name: statement.slice(0, NAME_LONGEST), kind: KIND.client },
      ...{ startTimeUnixNano: toUnixNano(endMs - durationMs), endTimeUnixNano: toUnixNano(endMs) },
      attributes: toAttributes({
        'db.system.name': 'postgresql',
        'db.query.summary': statement.slice(0, NAME_LONGEST),
        'db.response.returned_rows': rows,
        'db.response.status_code': errorCode,
        'error.type': errorCode,
        'aquifer.lane': lane,
        'aquifer.stopped': stopped,
      }),
      status: { code: errorCode === undefined ? STATUS.unset : STATUS.error },
    });
  }
}
