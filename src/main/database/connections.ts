/**
 * The open connections: taken, given back, and closed when idle. Whoever waits is served by the first connection to come
 * free, whether newly opened or given back. How many stay open follows what was needed of late; no more than the maximum
 * are, which may move.
 */

import type { Client } from 'pg';
import { AppError } from '../foundation/errors.ts';
import type { Logger } from '../foundation/logger.ts';
import { DemandWindow } from './limit/demand-window.ts';
import { closeClient, isStillThere, type OpenedConnection, type Opener } from './opener.ts';
import { Openings } from './openings.ts';
import { poolClosing } from './refusal.ts';
import type { TimerWheel, WheelTimer } from './timer-wheel.ts';
import type { PoolTracker } from './tracker.ts';

/** One socket to Postgres with its backend's identity. */
export interface Connection extends OpenedConnection {
  /** Set once the socket is known to be of no use; the connection is then closed instead of going idle. */
  isBroken: boolean;
  /** Set where it works, and yet must not be handed on. */
  closesBecause?: string;
  idleSinceMs: number;
  readonly openedAtMs: number;
  takenAtMs: number;
  uses: number;
  /** Its session plans without parallel workers. */
  isSerial: boolean;
}

export interface ConnectionsOptions {
  open: Opener;
  maxConnections: number;
  /** Kept open however idle. */
  minConnections?: number;
  /** Keeps as many open as were in use of late, and one more, however long each has been idle. */
  followsDemand?: boolean;
  /** The session's first words have taken its parallel workers. */
  opensSerial?: boolean;
  idleTimeoutMs: number;
  /** A connection that is older is closed when it comes back; 0 for never. */
  maxLifetimeMs?: number;
  /** A connection that was used so often is closed when it comes back. */
  maxUses?: number;
  tracker: PoolTracker;
  wheel: TimerWheel;
  logger: Logger | undefined;
  nowMs: () => number;
  /** Asks the server to stop what a connection runs. */
  cancel?: (client: Client) => Promise<void>;
  onOpened?: (connection: Connection) => void;
  onClosed?: (connection: Connection) => void;
  /** Lets the process end while all that is left is idle connections. */
  unrefsIdle?: boolean;
  /** Told of an idle connection that was lost. */
  onLost?: (connection: Connection, error: Error) => void;
}

/** Kept open beyond what was needed of late, so that the next one need not wait for its opening. */
const SPARE_CONNECTIONS = 1;
/** What was needed an idle time-out ago counts for a hundredth: a pool that nobody uses closes its last connection then. */
const IDLE_IN_HALF_LIVES = 7;
const SMOOTHING = 0.1;
const REAP_INTERVAL_MS = 30_000;

/** What `pg`'s types leave out. */
interface Refable {
  ref(): void;
  unref(): void;
}

/** Someone who waits for a connection; called once, with one or the other. */
export interface Taker {
  resolve(connection: Connection): void;
  reject(error: Error): void;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #idle: Connection[] = [];
  readonly #byClient = new Map<Client, Connection>();
  /** In the order of their coming, each with its own time limit. */
  readonly #takers = new Map<Taker, WheelTimer>();
  readonly #openings: Openings;
  readonly #demand: DemandWindow | undefined;
  readonly #reaper: NodeJS.Timeout;
  #probing = 0;
  #meanUseMs = Number.POSITIVE_INFINITY;
  #maximum: number;
  #isClosed = false;
  #isPooled = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#maximum = options.maxConnections;
    this.#demand = options.followsDemand
      ? new DemandWindow(options.idleTimeoutMs / IDLE_IN_HALF_LIVES, options.nowMs())
      : undefined;
    const { open, tracker, wheel, nowMs } = options;
    this.#openings = new Openings({
      ...{ open, tracker, wheel, nowMs },
      demand: () => this.#readDemand(),
      onOpened: (opened) => this.#admit(opened),
      onLost: (client, error) => this.#lose(client, error),
      onHopeless: (error) => this.#refuseTakers(error),
    });
    this.#reaper = setInterval(() => this.closeIdle(), Math.max(10, Math.min(REAP_INTERVAL_MS, options.idleTimeoutMs)));
    this.#reaper.unref();
  }

  get total(): number {
    return this.#byClient.size + this.#openings.count;
  }

  /** The most that may be open, those in the making included. */
  get maximum(): number {
    return this.#maximum;
  }

  get idle(): number {
    return this.#idle.length;
  }

  /** Of the one opened last. */
  get isPooled(): boolean {
    return this.#isPooled;
  }

  /** The most that may be open from now on. What is idle above that is closed at once, what is in use when it comes back. */
  setMaximum(maximum: number): void {
    this.#maximum = maximum;
    while (this.#byClient.size > maximum) {
      const [longestIdle] = this.#idle;
      if (!longestIdle) break;
      this.close(longestIdle, 'above the share');
    }
    this.#openings.start();
  }

  /**
   * The most recently used idle connection, without a promise, for the common case; one whose session is as wanted already,
   * where there is one.
   */
  takeIdle(nowMs: number, isSerial = false): Connection | undefined {
    const last = this.#idle.length - 1;
    let position = last;
    while (position >= 0 && this.#idle[position]?.isSerial !== isSerial) position -= 1;
    const connection = position < 0 || position === last ? this.#idle.pop() : this.#idle.splice(position, 1)[0];
    if (connection) {
      this.#taken(connection, nowMs);
      if (this.#options.unrefsIdle) (connection.client as Client & Refable).ref();
    }
    return connection;
  }

  /**
   * Waits for a connection until `deadlineAtMs`. Admission has made sure that there is room for it.
   *
   * The taker is told what kept connections from opening, at once while opening is known to fail.
   */
  take(taker: Taker, deadlineAtMs: number): void {
    const failure = this.#isClosed ? poolClosing() : this.#recentFailure();
    if (failure) {
      taker.reject(failure);
      return;
    }
    const timer = this.#options.wheel.add(deadlineAtMs, () => {
      if (this.#takers.delete(taker)) taker.reject(connectTimedOut());
    });
    this.#takers.set(taker, timer);
    this.#openings.start();
  }

  /** Waits no longer; false where it has been told already. */
  leave(taker: Taker): boolean {
    const timer = this.#takers.get(taker);
    if (timer) this.#options.wheel.remove(timer);
    return this.#takers.delete(taker);
  }

  giveBack(connection: Connection): void {
    if (connection.takenAtMs > 0) this.#learnUse(this.#options.nowMs() - connection.takenAtMs);
    connection.takenAtMs = 0;
    const reason = this.#reasonToClose(connection);
    if (reason) {
      this.close(connection, reason);
      if (reason === 'broken') this.probeIdle();
      this.#openings.start();
      return;
    }
    const taker = this.#nextTaker();
    if (taker) {
      this.#taken(connection, this.#options.nowMs());
      taker.resolve(connection);
      return;
    }
    connection.idleSinceMs = this.#options.nowMs();
    if (this.#options.unrefsIdle) (connection.client as Client & Refable).unref();
    this.#idle.push(connection);
    this.#demand?.changed(this.#byClient.size - this.#idle.length, connection.idleSinceMs);
  }

  close(connection: Connection, reason: string): void {
    if (!this.#byClient.delete(connection.client)) return;
    connection.isBroken = true;
    const position = this.#idle.indexOf(connection);
    if (position >= 0) this.#idle.splice(position, 1);
    this.#options.tracker.connectionClosed(reason);
    void closeClient(connection.client).then(() => this.#options.onClosed?.(connection));
  }

  /** Closes every connection for good; those in use are cut, and those in the making are closed as soon as they are open. */
  async closeAll(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#reaper);
    this.#openings.close();
    const connections = [...this.#byClient.values()];
    this.#refuseTakers(poolClosing());
    await Promise.all(
      connections.map(async (connection) => {
        const isInUse = !this.#idle.includes(connection);
        const ended = new Promise((resolve) => connection.client.once('end', resolve));
        this.close(connection, 'closing');
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
        // Postgres does not look at a socket while it works: without this, what was cut would run on to its end.
        if (isInUse) await this.#options.cancel?.(connection.client);
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
        this.#openings.start();
      });
    }
  }

  #reasonToClose(connection: Connection): string | undefined {
    const { maxLifetimeMs = 0, maxUses = Number.POSITIVE_INFINITY, nowMs } = this.#options;
    if (connection.isBroken) return 'broken';
    if (connection.closesBecause) return connection.closesBecause;
    if (this.#byClient.size > this.#maximum) return 'above the share';
    if (connection.uses >= maxUses) return 'used up';
    if (maxLifetimeMs > 0 && nowMs() - connection.openedAtMs >= maxLifetimeMs) return 'lifetime';
    return undefined;
  }

  #taken(connection: Connection, nowMs: number): void {
    connection.uses += 1;
    connection.takenAtMs = nowMs;
    this.#demand?.changed(this.#byClient.size - this.#idle.length, nowMs);
  }

  /** What kept connections from opening, while nothing is under way that could prove it over. */
  #recentFailure(): Error | undefined {
    return this.#probing === 0 ? this.#openings.recentFailure() : undefined;
  }

  #nextTaker(): Taker | undefined {
    for (const [taker, timer] of this.#takers) {
      this.#options.wheel.remove(timer);
      this.#takers.delete(taker);
      return taker;
    }
    return undefined;
  }

  #learnUse(usedMs: number): void {
    const isFirst = this.#meanUseMs === Number.POSITIVE_INFINITY;
    this.#meanUseMs = isFirst ? usedMs : this.#meanUseMs + SMOOTHING * (usedMs - this.#meanUseMs);
  }

  #refuseTakers(failure: Error): void {
    for (let taker = this.#nextTaker(); taker; taker = this.#nextTaker()) taker.reject(failure);
  }

  #readDemand() {
    return {
      takers: this.#takers.size,
      open: this.#byClient.size,
      meanUseMs: this.#meanUseMs,
      maximum: this.#maximum,
    };
  }

  #admit(opened: OpenedConnection): void {
    const now = this.#options.nowMs();
    const times = { idleSinceMs: now, openedAtMs: now, takenAtMs: 0 };
    const connection: Connection = {
      ...opened,
      ...times,
      isBroken: false,
      uses: 0,
      isSerial: this.#options.opensSerial ?? false,
    };
    this.#byClient.set(opened.client, connection);
    this.#isPooled = opened.isPooled;
    this.#options.onOpened?.(connection);
    this.giveBack(connection);
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

  /** Closes what has been idle for long and is above what was needed of late. Runs by itself now and then. */
  closeIdle(): void {
    const { idleTimeoutMs, minConnections = 0, nowMs } = this.#options;
    const now = nowMs();
    const needed = this.#demand?.needed(now) ?? 0;
    const kept = Math.min(this.#maximum, Math.max(minConnections, needed === 0 ? 0 : needed + SPARE_CONNECTIONS));
    for (const connection of this.#idle.filter((one) => one.idleSinceMs <= now - idleTimeoutMs)) {
      if (this.#byClient.size > kept) this.close(connection, 'idle');
    }
  }
}

function connectTimedOut(): AppError {
  return new AppError('overloaded', 'database_unavailable', 'No database connection could be opened in time.', {
    retryAfterSeconds: 2,
  });
}
