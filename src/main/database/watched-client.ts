/**
 * `pg`'s Client, which also tells the ledger what it runs, and how each statement ended. Everything else is the driver's
 * own, so that whatever works on a client (cursors, COPY streams, LISTEN) goes on working.
 */

import type { EventEmitter } from 'node:events';
import { Client, type ClientConfig, Query } from 'pg';
import type { SentQuery } from './ledger.ts';

export interface WatchedClient extends Client {
  /** Whoever holds the client now is told what it runs, and when nothing runs any more. */
  holder: ClientHolder | undefined;
  /** Behind a pooler, where the next statement may meet a backend that knows nothing of what was prepared by name. */
  isPooled: boolean;
}

/** How a statement on a client ended, as the server put it. */
export interface ClientOutcome {
  rows: number;
  /** SQLSTATE; `error` where it failed before it reached the server. */
  errorCode: string | undefined;
  /** Whether a transaction is open after it; undefined where the driver does not say. */
  isInTransaction: boolean | undefined;
}

export interface ClientHolder {
  /** @param isPortal a cursor, a stream or a COPY: it ends when its reader says so, and not before */
  noteStatement(sent: SentQuery, isPortal: boolean): void;
  /** Once for each statement, in the order in which they were sent. */
  noteEnded(outcome: ClientOutcome): void;
  noteDrained(): void;
}

export type ClientConstructor = new (config: ClientConfig) => Client;

/** What `pg`'s types leave out. The native client has no such connection: of its statements only the last end is heard. */
interface DriverConnection extends EventEmitter {
  prependListener(event: 'readyForQuery', listener: (message?: { status?: string }) => void): this;
  on(event: 'commandComplete', listener: (message?: { text?: string }) => void): this;
  on(event: 'errorMessage', listener: (message?: { code?: string }) => void): this;
}

const IDLE = 'I';
const NO_VALUES: readonly unknown[] = Object.freeze([]);

/** The text of whatever `client.query` was given: a string, a config, a query, a cursor, a stream. */
export function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  const { text, cursor, name } = (query ?? {}) as { text?: unknown; cursor?: { text?: unknown }; name?: unknown };
  if (typeof text === 'string') return text;
  if (typeof cursor?.text === 'string') return cursor.text;
  return typeof name === 'string' ? name : '';
}

function sentOf(query: unknown, second: unknown): SentQuery {
  const { values } = (query ?? {}) as { values?: unknown };
  const given = Array.isArray(second) ? second : values;
  return { text: textOf(query), values: Array.isArray(given) ? given : NO_VALUES };
}

/** Something that is read or written bit by bit, and holds its connection until it is closed. */
export function isPortal(query: unknown): boolean {
  return typeof (query as { submit?: unknown } | null)?.submit === 'function' && !(query instanceof Query);
}

function withoutName(query: unknown): unknown {
  if (!query || typeof query !== 'object' || !('name' in query)) return query;
  if (!(query instanceof Query)) return { ...query, name: undefined };
  Object.assign(query, { name: undefined });
  return query;
}

/** The number at the end of `INSERT 0 3`. */
function rowsOf(tag = ''): number {
  return Number(/\d+$/.exec(tag)?.[0] ?? 0);
}

/** Hears from the server how each statement ended, and tells whoever had sent it. */
class StatementEnds {
  readonly #protocol: DriverConnection | undefined;
  /** Who sent what is on its way, in the order of sending: an end may be heard when another holds the client already. */
  readonly #senders: (ClientHolder | undefined)[] = [];
  #hearsDetails = false;
  #rows = 0;
  #errorCode: string | undefined;

  constructor(client: Client) {
    this.#protocol = (client as { connection?: DriverConnection }).connection;
    // Before the driver's own listener, which hands the client on: what has ended is then noted under its holder.
    this.#protocol?.prependListener('readyForQuery', (message) => this.#ended(message?.status));
  }

  sent(holder: ClientHolder | undefined): void {
    this.#senders.push(holder);
    if (holder && !this.#hearsDetails) this.#hearDetails();
  }

  /** Only once the client has had a holder: what we declare is counted where it is run. */
  #hearDetails(): void {
    this.#hearsDetails = true;
    this.#protocol?.on('commandComplete', (message) => {
      this.#rows += rowsOf(message?.text);
    });
    this.#protocol?.on('errorMessage', (message) => {
      this.#errorCode = message?.code ?? 'error';
    });
  }

  #ended(status: string | undefined): void {
    const sender = this.#senders.shift();
    const [rows, errorCode] = [this.#rows, this.#errorCode];
    this.#rows = 0;
    this.#errorCode = undefined;
    const isInTransaction = status === undefined ? undefined : status !== IDLE;
    sender?.noteEnded({ rows, errorCode, isInTransaction });
  }

  /** Whatever is left by now was turned away by the driver, and never sent. */
  drained(): void {
    const errorCode = this.#protocol ? 'error' : undefined;
    for (const sender of this.#senders.splice(0)) {
      sender?.noteEnded({ rows: 0, errorCode, isInTransaction: undefined });
    }
  }
}

const constructors = new WeakMap<ClientConstructor, ClientConstructor>();

/** A subclass, so that `instanceof` a library asks for still says yes. */
export function watched(Base: ClientConstructor = Client): ClientConstructor {
  const known = constructors.get(Base);
  if (known) return known;
  const Watched = class extends Base {
    holder: ClientHolder | undefined;
    isPooled = false;
    readonly #ends: StatementEnds;

    constructor(config: ClientConfig) {
      super(config);
      this.#ends = new StatementEnds(this);
      this.on('drain', () => {
        this.#ends.drained();
        this.holder?.noteDrained();
      });
    }

    // The driver's overloads are twelve; what is passed on is what came in.
    override query(...args: unknown[]): never {
      const { holder } = this;
      const [query, ...rest] = args;
      const passedOn = this.isPooled ? [withoutName(query), ...rest] : args;
      const answer = (super.query as (...all: unknown[]) => never).apply(this, passedOn);
      this.#ends.sent(holder);
      holder?.noteStatement(sentOf(query, rest[0]), isPortal(query));
      return answer;
    }
  };
  constructors.set(Base, Watched);
  return Watched;
}
