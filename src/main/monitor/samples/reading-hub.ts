/**
 * Where figures over time meet: whoever measures something publishes it here, at most once a second, and whoever stores or judges
 * figures listens. In memory alone; the store keeps them.
 */

import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';

export interface Reading {
  /** Such as `pool.waitP99Ms`; the unit stands at its end, counts are by the second (`http.requestsPerSecond`). */
  readonly name: string;
  /** What it is of: a lane, a route, a statement, a table; empty where there is one alone. */
  readonly scope: string;
  readonly value: number;
}

export type ReadingListener = (atMs: number, readings: readonly Reading[]) => void;

const SCOPES_MAX = 2_000;

export class ReadingHub {
  readonly #logger: Logger;
  readonly #latest = new Map<string, Map<string, number>>();
  #listeners: readonly ReadingListener[] = [];

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @param atMs wall clock, milliseconds since 1970 */
  publish(atMs: number, readings: readonly Reading[]): void {
    for (const { name, scope, value } of readings) {
      let scopes = this.#latest.get(name);
      if (!scopes) {
        scopes = new Map();
        this.#latest.set(name, scopes);
      }
      scopes.set(scope, value);
      // Statements and routes come and go: who was first of too many is forgotten, and back with his next figure.
      if (scopes.size > SCOPES_MAX) scopes.delete(scopes.keys().next().value ?? '');
    }
    for (const listener of this.#listeners) {
      try {
        listener(atMs, readings);
      } catch (error) {
        this.#logger.error({ err: toError(error) }, 'a listener of the readings failed');
      }
    }
  }

  /** Returns how to stop listening. */
  onReadings(listener: ReadingListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((one) => one !== listener);
    };
  }

  /** As last published, however long ago; undefined where it never was. */
  latest(name: string, scope = ''): number | undefined {
    return this.#latest.get(name)?.get(scope);
  }
}
