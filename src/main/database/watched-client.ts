/**
 * `pg`'s Client, which also tells the ledger what it runs. Everything else is the driver's own, so that whatever works on a
 * client (cursors, COPY streams, LISTEN) goes on working.
 */

import { Client, type ClientConfig, Query } from 'pg';

export interface WatchedClient extends Client {
  /** Whoever holds the client now is told what it runs, and when nothing runs any more. */
  holder: ClientHolder | undefined;
  /** Behind a pooler, where the next statement may meet a backend that knows nothing of what was prepared by name. */
  isPooled: boolean;
}

export interface ClientHolder {
  /** @param isPortal a cursor, a stream or a COPY: it ends when its reader says so, and not before */
  noteStatement(text: string, isPortal: boolean): void;
  noteDrained(): void;
}

export type ClientConstructor = new (config: ClientConfig) => Client;

/** The text of whatever `client.query` was given: a string, a config, a query, a cursor, a stream. */
export function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  const { text, cursor, name } = (query ?? {}) as { text?: unknown; cursor?: { text?: unknown }; name?: unknown };
  if (typeof text === 'string') return text;
  if (typeof cursor?.text === 'string') return cursor.text;
  return typeof name === 'string' ? name : '';
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

const constructors = new WeakMap<ClientConstructor, ClientConstructor>();

/** A subclass, so that `instanceof` a library asks for still says yes. */
export function watched(Base: ClientConstructor = Client): ClientConstructor {
  const known = constructors.get(Base);
  if (known) return known;
  const Watched = class extends Base {
    holder: ClientHolder | undefined;
    isPooled = false;

    constructor(config: ClientConfig) {
      super(config);
      this.on('drain', () => this.holder?.noteDrained());
    }

    // The driver's overloads are twelve; what is passed on is what came in.
    override query(...args: unknown[]): never {
      this.holder?.noteStatement(textOf(args[0]), isPortal(args[0]));
      const [query, ...rest] = args;
      const asked = this.isPooled ? withoutName(query) : query;
      return (super.query as (...all: unknown[]) => never).call(this, asked, ...rest);
    }
  };
  constructors.set(Base, Watched);
  return Watched;
}
