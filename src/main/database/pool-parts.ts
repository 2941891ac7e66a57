/** What the drop-in pool is made of, put together from its options: the same parts as the server's own. */

import type { ClientConfig, PoolClient } from 'pg';
import { requestCancel } from './cancel.ts';
import { type Connection, Connections } from './connections.ts';
import type { Lanes } from './lane.ts';
import { LaneFinder } from './lane-finder.ts';
import { LeaseDesk } from './lease-desk.ts';
import type { LeaseRequest } from './lease-request.ts';
import { LeaseWatch } from './lease-watch.ts';
import type { Lease } from './ledger.ts';
import { createOpener } from './opener.ts';
import { type CallOptions, dropInLanes, maxOf, type PoolOptions } from './pool-options.ts';
import type { RunnerOptions } from './running-query.ts';
import { TimerWheel } from './timer-wheel.ts';
import { PoolTracker } from './tracker.ts';
import { type ClientConstructor, watched } from './watched-client.ts';

export type LanesSnapshot = Record<string, { active: number; waiting: number; free: number; refused: number }>;

const LEASH_MS = 250;
const LEAK_THRESHOLD_MS = 30_000;
const IDLE_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;
const MS_PER_SECOND = 1000;
/** Far enough away to mean never. */
const NEVER_MS = 10 ** 12;

export class PoolParts {
  readonly connections: Connections;
  readonly desk: LeaseDesk;
  readonly finder: LaneFinder;
  readonly runner: RunnerOptions;
  readonly watch: LeaseWatch;
  readonly emit: (event: string, ...details: unknown[]) => void;
  readonly #lanes: Lanes;
  /** Where a client was taken is noted for a sample, until the first leak; then for all. */
  notesEveryPlace = false;
  /** A client that is held and runs nothing is taken back, not only reported. */
  readonly reclaimsLeaks: boolean;
  readonly #logger: PoolOptions['logger'];
  readonly #reclaim = new Map<Lease, () => void>();

  constructor(given: PoolOptions, emit: (event: string, ...details: unknown[]) => void) {
    const max = maxOf(given);
    const nowMs = () => performance.now();
    const tracker = given.tracker ?? new PoolTracker();
    const wheel = new TimerWheel(nowMs);
    this.#lanes = given.lanes ?? dropInLanes(max, given.connectionTimeoutMillis);
    this.reclaimsLeaks = given.leakAction === 'enforce';
    this.#logger = given.logger;
    this.emit = emit;
    const names = Object.keys(this.#lanes);
    const shortLane = given.shortLane ?? (names.includes('interactive') ? 'interactive' : (names[0] ?? ''));
    const longLane = given.longLane ?? (names.includes('bulk') ? 'bulk' : shortLane);
    const leashMs = given.leashMs ?? LEASH_MS;
    this.finder = new LaneFinder({ shortLane, longLane, leashMs, unknownMax: Math.ceil(max / 2) });
    const connectionTimeoutMillis = given.connectionTimeoutMillis || CONNECT_TIMEOUT_MS;
    // A peer that is gone without a word is noticed by the system in the end, where nobody set a deadline.
    const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS };
    const clientConfig: ClientConfig = { ...keepAlive, ...given, connectionTimeoutMillis };
    this.runner = { clientConfig, wheel, tracker, nowMs };
    this.connections = this.#createConnections(given, max);
    const statementMax = (_lane: string, statement: string) => this.finder.maxAtOnce(statement);
    const laneNow = (statement: string) => this.finder.laneOf(statement);
    const { connections, finder } = this;
    const onChange = () => undefined;
    this.desk = new LeaseDesk({
      ...{
        lanes: this.#lanes,
        maxConnections: max,
        connections,
        tracker,
        wheel,
        nowMs,
        onChange,
        statementMax,
        laneNow,
      },
    });
    const leakThresholdMs = given.leakThresholdMs ?? LEAK_THRESHOLD_MS;
    const onLeak = (lease: Lease, idleMs: number) => this.#reportLeak(lease, idleMs);
    this.watch = new LeaseWatch({
      ...{ desk: this.desk, finder, shortLane, longLane, leashMs, leakThresholdMs, nowMs, tracker, onLeak },
    });
  }

  requestFor(statement: string, call: CallOptions): LeaseRequest {
    const { lane, tenant = '', deadlineMs, signal, route } = call;
    const isPlain = signal === undefined && route === undefined && tenant === '';
    return {
      lane: lane ?? this.finder.laneOf(statement),
      isLaneFound: lane === undefined,
      tenant,
      fingerprint: statement,
      expectedMs: this.finder.expectedMs(statement),
      origin: isPlain ? undefined : { signal, route, tenant },
      deadlineAtMs: this.runner.nowMs() + (deadlineMs ?? NEVER_MS),
    };
  }

  /** How a lease is taken back from a caller who has forgotten it. */
  onReclaim(lease: Lease, reclaim: () => void): void {
    this.#reclaim.set(lease, reclaim);
  }

  forget(lease: Lease): void {
    this.#reclaim.delete(lease);
  }

  snapshot(): LanesSnapshot {
    const now = this.runner.nowMs();
    return Object.fromEntries(
      Object.keys(this.#lanes).map((name) => {
        const { active, free, waiting } = this.desk.admission.counts(name, now);
        return [name, { active, waiting, free, refused: this.desk.refused(name).total }];
      }),
    );
  }

  async close(): Promise<void> {
    await this.desk.drain(Number.POSITIVE_INFINITY);
    this.watch.stop();
    await this.connections.closeAll();
  }

  #createConnections(given: PoolOptions, max: number): Connections {
    const { clientConfig, tracker, wheel, nowMs } = this.runner;
    const Constructor = watched((given.Client as ClientConstructor | undefined) ?? undefined);
    const { onConnect } = given;
    const toClient = (connection: Connection) => connection.client as PoolClient;
    return new Connections({
      open: createOpener({
        clientConfig,
        createClient: (config) => new Constructor(config),
        // The program's own session, with the program's own settings: nothing is set behind its back.
        sessionSql: '',
        ...(onConnect ? { prepare: (client) => onConnect(client as PoolClient) } : {}),
      }),
      cancel: (client) => requestCancel(clientConfig, client),
      ...{ maxConnections: max, minConnections: given.min ?? 0, tracker, wheel, nowMs, logger: given.logger },
      idleTimeoutMs: given.idleTimeoutMillis === 0 ? NEVER_MS : (given.idleTimeoutMillis ?? IDLE_TIMEOUT_MS),
      maxLifetimeMs: (given.maxLifetimeSeconds ?? 0) * MS_PER_SECOND,
      maxUses: given.maxUses || Number.POSITIVE_INFINITY,
      unrefsIdle: given.allowExitOnIdle ?? false,
      onOpened: (connection) => {
        Object.assign(connection.client, { isPooled: connection.isPooled });
        this.emit('connect', toClient(connection));
      },
      onClosed: (connection) => this.emit('remove', toClient(connection)),
      onLost: (connection, error) => this.emit('error', error, toClient(connection)),
    });
  }

  #reportLeak(lease: Lease, idleMs: number): void {
    const idleSeconds = Math.round(idleMs / MS_PER_SECOND);
    const reclaim = this.#reclaim.get(lease);
    const outcome = reclaim ? 'it is taken back' : 'release it where you took it';
    const where = lease.stack ? `\n${lease.stack}` : ' From now on it is noted where clients are taken.';
    // A program that leaks once leaks again: the next report names the place.
    this.notesEveryPlace = true;
    const message = `A client has been held for ${idleSeconds} s without running anything (last: ${lease.statement}); ${outcome}.${where}`;
    this.#logger?.warn({ pid: lease.pid, reason: message }, 'a client is not released');
    this.emit('leak', new Error(message), lease);
    reclaim?.();
  }
}
