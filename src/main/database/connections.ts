/**
 * The open connections: taken, given back, opened on demand and closed when idle. Whoever waits is served by the first
 * connection to come free, whether newly opened or given back (HikariCP's rule), so a spike does not open one each.
 */

import { Client, type ClientConfig } from 'pg';
import { toError } from '../foundation/errors.ts';
import type { Logger } from '../foundation/logger.ts';
import type { PoolTracker } from './tracker.ts';

/** One socket to Postgres with its backend's identity. */
export interface Connection {
  readonly client: Client;
  readonly pid: number;
  /** Set once the socket is known to be of no use; the connection is then closed instead of going idle. */
  isBroken: boolean;
  idleSinceMs: number;
}

export interface ConnectionsOptions {
  clientConfig: ClientConfig;
  /** Run on each new connection before its first use. */
  sessionSql: string;
  maxConnections: number;
  idleTimeoutMs: number;
  tracker: PoolTracker;
  logger: Logger;
  nowMs: () => number;
}

/** How many callers one connection in the making stands for: they will share it long before each had its own. */
const WAITERS_PER_OPENING = 4;
const REAP_INTERVAL_MS = 30_000;

interface Taker {
  resolve: (connection: Connection) => void;
  reject: (error: Error) => void;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #idle: Connection[] = [];
  readonly #open = new Set<Connection>();
  readonly #takers: Taker[] = [];
  #opening = 0;
  #reaper: NodeJS.Timeout | undefined;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#reaper = setInterval(() => this.#closeIdle(), Math.min(REAP_INTERVAL_MS, options.idleTimeoutMs));
    this.#reaper.unref();
  }

  get total(): number {
    return this.#open.size + this.#opening;
  }

  get idle(): number {
    return this.#idle.length;
  }

  /** The most recently used idle connection, without a promise, for the common case. */
  takeIdle(): Connection | undefined {
    return this.#idle.pop();
  }

  /** Waits for a connection. Admission has made sure that there is room for it. */
  take(): Promise<Connection> {
    return new Promise((resolve, reject) => {
      this.#takers.push({ resolve, reject });
      this.#openForTakers();
    });
  }

  giveBack(connection: Connection): void {
    if (connection.isBroken) {
      this.close(connection, 'broken');
      this.#openForTakers();
      return;
    }
    const taker = this.#takers.shift();
    if (taker) {
      taker.resolve(connection);
      return;
    }
    connection.idleSinceMs = this.#options.nowMs();
    this.#idle.push(connection);
  }

  close(connection: Connection, reason: string): void {
    if (!this.#open.delete(connection)) return;
    connection.isBroken = true;
    const position = this.#idle.indexOf(connection);
    if (position >= 0) this.#idle.splice(position, 1);
    this.#options.tracker.connectionClosed(reason);
    void connection.client.end().catch(() => undefined);
  }

  /** Closes every connection; those in use are cut. */
  async closeAll(): Promise<void> {
    clearInterval(this.#reaper);
    const ending = [...this.#open].map((connection) => connection.client.end().catch(() => undefined));
    this.#open.clear();
    this.#idle.length = 0;
    await Promise.all(ending);
  }

  #openForTakers(): void {
    const wanted = Math.ceil(this.#takers.length / WAITERS_PER_OPENING);
    while (this.#opening < wanted && this.total < this.#options.maxConnections) {
      this.#opening += 1;
      void this.#openOne();
    }
  }

  async #openOne(): Promise<void> {
    const { tracker, nowMs } = this.#options;
    const startedAtMs = nowMs();
    try {
      const connection = await this.#connect();
      this.#opening -= 1;
      this.#open.add(connection);
      tracker.connectionOpened(nowMs() - startedAtMs);
      this.giveBack(connection);
      this.#openForTakers();
    } catch (thrown) {
      this.#opening -= 1;
      const error = toError(thrown);
      tracker.connectionFailed(error);
      // Every one who hoped for this connection is told why; the next caller tries again.
      for (const taker of this.#takers.splice(0, WAITERS_PER_OPENING)) taker.reject(error);
      this.#openForTakers();
    }
  }

  async #connect(): Promise<Connection> {
    const client = new Client(this.#options.clientConfig);
    // Without a listener, a socket that dies while idle would end the process.
    client.on('error', (error) => this.#lose(client, error));
    try {
      await client.connect();
      await client.query(this.#options.sessionSql);
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
    const pid = (client as Client & { processID?: number }).processID ?? 0;
    return { client, pid, isBroken: false, idleSinceMs: this.#options.nowMs() };
  }

  #lose(client: Client, error: Error): void {
    const lost = [...this.#open].find((connection) => connection.client === client);
    if (!lost) return;
    this.#options.logger.warn({ err: error, pid: lost.pid }, 'a database connection was lost');
    const wasIdle = this.#idle.includes(lost);
    lost.isBroken = true;
    if (wasIdle) this.close(lost, 'lost');
  }

  #closeIdle(): void {
    const { idleTimeoutMs, nowMs } = this.#options;
    const limitMs = nowMs() - idleTimeoutMs;
    for (const connection of this.#idle.filter((one) => one.idleSinceMs < limitMs)) this.close(connection, 'idle');
  }
}
