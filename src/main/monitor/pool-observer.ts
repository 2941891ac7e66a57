/**
 * Listens to the pool and counts: for Prometheus, under OpenTelemetry's names for database clients, and for the console.
 * It exists before the database does, which reports to it from its first connection on.
 */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import {
  type Database,
  type LaneName,
  laneNames,
  PoolTracker,
  type RefusalReason,
  type StatementOutcome,
} from '../database/index.ts';
import { StatementStatistics } from './statement-statistics.ts';

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const MS_PER_SECOND = 1000;

const refusalReasons: readonly RefusalReason[] = [
  ...([
    'queue_full',
    'waited_too_long',
    'overloaded',
    'deadline_unmeetable',
    'nested',
    'statement_capped',
    'caller_gone',
    'closing',
  ] as const),
];

interface LaneTimes {
  wait: Histogram.Internal<'lane'>;
  use: Histogram.Internal<'lane'>;
  succeeded: Histogram.Internal<'lane' | 'outcome'>;
  failed: Histogram.Internal<'lane' | 'outcome'>;
}

export class PoolObserver extends PoolTracker {
  readonly registry = new Registry();
  readonly statistics = new StatementStatistics();
  readonly #opened = this.#counter('db_client_connections_opened_total', 'Connections opened', []);
  readonly #failed = this.#counter('db_client_connections_failed_total', 'Connections that could not be opened', []);
  readonly #closed = this.#counter('db_client_connections_closed_total', 'Connections closed', ['reason']);
  readonly #refused = this.#counter('db_client_connection_refusals_total', 'Callers refused', ['lane', 'reason']);
  readonly #cancelled = this.#counter('db_client_cancels_total', 'Statements cancelled at the server', ['lane']);
  readonly #preempted = this.#counter('db_client_preemptions_total', 'Statements that gave way', ['lane']);
  readonly #heldUp = this.#counter('db_client_shared_held_up_total', 'Statements that stood behind a slow one', [
    'lane',
  ]);
  readonly #byLane = new Map<string, LaneTimes>();
  readonly #createTime = this.#histogram('db_client_connection_create_time_seconds', 'Opening a connection', []);
  readonly #waitTime = this.#histogram('db_client_connection_wait_time_seconds', 'Waiting for a connection', ['lane']);
  readonly #useTime = this.#histogram('db_client_connection_use_time_seconds', 'Holding a connection', ['lane']);
  readonly #operation = this.#histogram('db_client_operation_duration_seconds', 'Statements', ['lane', 'outcome']);

  constructor() {
    super();
    collectDefaultMetrics({ register: this.registry });
    // A counter that begins with its first event has not grown by it, as Prometheus sees it.
    for (const lane of laneNames) for (const reason of refusalReasons) this.#refused.inc({ lane, reason }, 0);
  }

  /** Adds the gauges, which are read from the database when Prometheus asks. */
  observe(database: Database): void {
    const gauge = (name: string, help: string, read: (lane: LaneName) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ['lane'],
        registers: [this.registry],
        collect() {
          for (const lane of laneNames) this.set({ lane }, read(lane));
        },
      });
    const laneOf = (name: LaneName) => database.snapshot().lanes.find((lane) => lane.name === name);
    gauge('db_client_connection_count', 'Connections held', (name) => laneOf(name)?.active ?? 0);
    gauge('db_client_connection_pending_requests', 'Callers waiting', (name) => laneOf(name)?.waiting ?? 0);
    gauge('db_client_connection_free', 'Connections the lane could take', (name) => laneOf(name)?.free ?? 0);
    gauge('db_client_connection_guaranteed', 'Connections kept for the lane', (name) => laneOf(name)?.guaranteed ?? 0);
    gauge('db_client_connection_ceiling', 'The most the lane may hold now', (name) => laneOf(name)?.ceiling ?? 0);
    const whole = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(read());
        },
      });
    whole('db_client_connection_open', 'Connections open', () => database.snapshot().total);
    whole('db_client_connection_max', 'Connections the pool may open', () => database.snapshot().maxConnections);
    whole('db_client_connection_share', 'Its share of what the database has', () => database.snapshot().share);
    whole('db_client_connection_limit', 'What may be held before nothing is lent', () => database.snapshot().limit);
  }

  override connectionOpened(durationMs: number): void {
    this.#opened.inc();
    this.#createTime.observe(durationMs / MS_PER_SECOND);
  }

  override connectionFailed(): void {
    this.#failed.inc();
  }

  override connectionClosed(reason: string): void {
    this.#closed.inc({ reason });
  }

  override leaseGranted(lane: string, waitedMs: number): void {
    this.#timesOf(lane).wait.observe(waitedMs / MS_PER_SECOND);
  }

  override leaseReleased(lane: string, heldMs: number): void {
    this.#timesOf(lane).use.observe(heldMs / MS_PER_SECOND);
  }

  override refused(lane: string, reason: RefusalReason): void {
    this.#refused.inc({ lane, reason });
  }

  override statementEnded(outcome: StatementOutcome): void {
    this.statistics.add(outcome);
    const times = this.#timesOf(outcome.lane);
    (outcome.errorCode === undefined ? times.succeeded : times.failed).observe(outcome.durationMs / MS_PER_SECOND);
  }

  override cancelSent(lane: string): void {
    this.#cancelled.inc({ lane });
  }

  override preempted(lane: string): void {
    this.#preempted.inc({ lane });
  }

  override heldUp(lane: string, _statement: string, behind: number): void {
    this.#heldUp.inc({ lane }, behind);
  }

  /** The histograms of a lane, found once: looking labels up costs more than counting. */
  #timesOf(lane: string): LaneTimes {
    let times = this.#byLane.get(lane);
    if (!times) {
      times = {
        wait: this.#waitTime.labels({ lane }),
        use: this.#useTime.labels({ lane }),
        succeeded: this.#operation.labels({ lane, outcome: 'ok' }),
        failed: this.#operation.labels({ lane, outcome: 'error' }),
      };
      this.#byLane.set(lane, times);
    }
    return times;
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram<Label extends string>(name: string, help: string, labelNames: Label[]): Histogram<Label> {
    return new Histogram({ name, help, labelNames, buckets: SECONDS, registers: [this.registry] });
  }
}
