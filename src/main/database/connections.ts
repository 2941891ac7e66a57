/**
 * The open connections: taken, given back, opened on demand and closed when idle. Whoever waits is served by the first
 * connection to come free, whether newly opened or given back (HikariCP's rule), so a spike does not open one each.
 */

import type { Client } from 'pg';
import { AppError, toError } from '../foundation/errors.ts';
import type { Logger } from '../foundation/logger.ts';
import { isStillThere, type OpenedConnection, type Opener } from './opener.ts';
import { Pacing } from './pacing.ts';
import { poolClosing } from './refusal.ts';
import type { TimerWheel } from './timer-wheel.ts';
import type { PoolTracker } from './tracker.ts';

/** One socket to Postgres with its backend's identity. */
export interface Connection extends OpenedConnection {
  /** Set once the socket is known to be of no use; the connection is then closed instead of going idle. */
  isBroken: boolean;
  idleSinceMs: number;
  readonly openedAtMs: number;
  uses: number;
}

export interface ConnectionsOptions {
  open: Opener;
  maxConnections: number;
  /** Kept open however idle. */
  minConnections?: number;
  idleTimeoutMs: number;
  /** A connection that is older is closed when it comes back; 0 for never. */
  maxLifetimeMs?: number;
  /** A connection that was used so often is closed when it comes back. */
  maxUses?: number;
  tracker: PoolTracker;
  wheel: TimerWheel;
  logger: Logger | undefined;
  nowMs: () => number;
  onOpened?: (connection: Connection) => void;
  onClosed?: (connection: Connection) => void;
  /** Lets the process end while all that is left is idle connections. */
  unrefsIdle?: boolean;
  /** Told of an idle connection that was lost. */
  onLost?: (connection: Connection, error: Error) => void;
}

/** How many callers one connection in the making stands for: they will share it long before each had its own. */
const WAITERS_PER_OPENING = 4;
const REAP_INTERVAL_MS = 30_000;

/** What `pg`'s types leave out. */
interface Refable {
  ref(): void;
  unref(): void;
}

interface Taker {
  resolve: (connection: Connection) => void;
  reject: (error: Error) => void;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #idle: Connection[] = [];
  readonly #byClient = new Map<Client, Connection>();
  readonly #takers = new Set<Taker>();
  readonly #pacing: Pacing;
  readonly #reaper: NodeJS.Timeout;
  #opening = 0;
  #probing = 0;
  #isClosed = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#pacing = new Pacing(options.nowMs);
    this.#reaper = setInterval(
      () => this.#closeIdle(),
      Math.max(10, Math.min(REAP_INTERVAL_MS, options.idleTimeoutMs)),
    );
    this.#reaper.unref();
  }

  get total(): number {
    return this.#byClient.size + this.#opening;
  }

  get idle(): number {
    return this.#idle.length;
  }

  /** The most recently used idle connection, without a promise, for the common case. */
  takeIdle(): Connection | undefined {
    const connection = this.#idle.pop();
    if (connection) {
      connection.uses += 1;
      if (this.#options.unrefsIdle) (connection.client as Client & Refable).ref();
    }
    return connection;
  }

  /**
   * Waits for a connection until `deadlineAtMs`. Admission has made sure that there is room for it.
   *
   * @throws Error what kept connections from opening, at once while opening is known to fail
   */
  take(deadlineAtMs: number): Promise<Connection> {
    if (this.#isClosed) return Promise.reject(poolClosing());
    const failure = this.#opening === 0 && this.#probing === 0 ? this.#pacing.recentFailure() : undefined;
    if (failure) return Promise.reject(failure);
    return new Promise((resolve, reject) => {
      const timer = this.#options.wheel.add(deadlineAtMs, () => {
        if (this.#takers.delete(taker)) reject(connectTimedOut());
      });
      const settle = () => {
        this.#options.wheel.remove(timer);
        this.#takers.delete(taker);
      };
      const taker: Taker = {
        resolve: (connection) => {
          settle();
          connection.uses += 1;
          resolve(connection);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      this.#takers.add(taker);
      this.#openForTakers();
    });
  }

  giveBack(connection: Connection): void {
    const reason = this.#reasonToClose(connection);
    if (reason) {
      this.close(connection, reason);
      if (reason === 'broken') this.probeIdle();
      this.#openForTakers();
      return;
    }
    const [taker] = this.#takers;
    if (taker) {
      taker.resolve(connection);
      return;
    }
    connection.idleSinceMs = this.#options.nowMs();
    if (this.#options.unrefsIdle) (connection.client as Client & Refable).unref();
    this.#idle.push(connection);
  }

  close(connection: Connection, reason: string): void {
    if (!this.#byClient.delete(connection.client)) return;
    connection.isBroken = true;
    const position = this.#idle.indexOf(connection);
    if (position >= 0) this.#idle.splice(position, 1);
    this.#options.tracker.connectionClosed(reason);
    const closed = () => this.#options.onClosed?.(connection);
    connection.client.end().then(closed, closed);
  }

  /** Closes every connection for good; those in use are cut, and those in the making are closed as soon as they are open. */
  async closeAll(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#reaper);
    const connections = [...this.#byClient.values()];
    for (const taker of this.#takers) taker.reject(poolClosing());
    await Promise.all(
      connections.map(async (connection) => {
        const ended = new Promise((resolve) => connection.client.once('end', resolve));
        this.close(connection, 'closing');
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
      }),
    );
  }

  /**
   * One dead socket is seldom alone (a restart, a fail-over, a firewall that forgot): every idle one is asked for a sign of
   * life at once, rather than each costing its next user a time-out.
   */
  probeIdle(): void {
    const { onLost } = this.#options;
    for (const connection of this.#idle.splice(0)) {
      this.#probing += 1;
      void isStillThere(connection.client).then((isThere) => {
        this.#probing -= 1;
        if (isThere && !connection.isBroken) {
          this.giveBack(connection);
          return;
        }
        onLost?.(connection, new Error('an idle connection did not answer'));
        this.close(connection, 'dead');
        this.#openForTakers();
      });
    }
  }

  #reasonToClose(connection: Connection): string | undefined {
    const { maxLifetimeMs = 0, maxUses = Number.POSITIVE_INFINITY, nowMs } = this.#options;
    if (connection.isBroken) return 'broken';
    if (connection.uses >= maxUses) return 'used up';
    if (maxLifetimeMs > 0 && nowMs() - connection.openedAtMs >= maxLifetimeMs) return 'lifetime';
    return undefined;
  }

  #openForTakers(): void {
    const wanted = Math.ceil(this.#takers.size / WAITERS_PER_OPENING);
    while (this.#opening < wanted && this.total < this.#options.maxConnections) {
      this.#opening += 1;
      void this.#openOne();
    }
  }

  async #openOne(): Promise<void> {
    const { nowMs, onOpened, open, tracker } = this.#options;
    const startedAtMs = nowMs();
    try {
      const opened = await open((client, error) => this.#lose(client, error));
      this.#opening -= 1;
      if (this.#isClosed) {
        await opened.client.end();
        return;
      }
      this.#pacing.succeeded();
      const connection = { ...opened, isBroken: false, idleSinceMs: nowMs(), openedAtMs: nowMs(), uses: 0 };
      this.#byClient.set(opened.client, connection);
      tracker.connectionOpened(nowMs() - startedAtMs);
      onOpened?.(connection);
      this.giveBack(connection);
    } catch (thrown) {
      this.#opening -= 1;
      const error = toError(thrown);
      this.#pacing.failed(error);
      tracker.connectionFailed(error);
      // Every one who hoped for this connection is told why, rather than each finding out by an attempt of its own.
      for (const taker of [...this.#takers].slice(0, WAITERS_PER_OPENING)) taker.reject(error);
    }
    this.#openForTakers();
  }

  #lose(client: Client, error: Error): void {
    const lost = this.#byClient.get(client);
    if (!lost) return;
    lost.isBroken = true;
    this.#options.logger?.warn({ err: error, pid: lost.pid }, 'a database connection was lost');
    if (!this.#idle.includes(lost)) return;
    this.#options.onLost?.(lost, error);
    this.close(lost, 'lost');
    this.probeIdle();
  }

  #closeIdle(): void {
    const { idleTimeoutMs, minConnections = 0, nowMs } = this.#options;
    const limitMs = nowMs() - idleTimeoutMs;
    for (const connection of this.#idle.filter((one) => one.idleSinceMs <= limitMs)) {
      if (this.#byClient.size > minConnections) this.close(connection, 'idle');
    }
  }
}

function connectTimedOut(): AppError {
  return new AppError('overloaded', 'database_unavailable', 'No database connection could be opened in time.', {
    retryAfterSeconds: 2,
  });
}
