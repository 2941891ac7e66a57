/** Names and scopes by number, as the table of labels has them; looked up once, and said to be in use once a day. */

import type { Database } from '../../database/index.ts';
import { ensureLabels, findLabels, readLabels } from './sample-queries.ts';

const KEPT_MAX = 20_000;

export class SampleLabels {
  readonly #database: Pick<Database, 'query'>;
  readonly #ids = new Map<string, number>();
  readonly #labels = new Map<number, string>();
  /** Of whom this process has said today that they are in use. */
  #touched = new Set<string>();
  #day = '';

  constructor(database: Pick<Database, 'query'>) {
    this.#database = database;
  }

  /** The numbers of labels that are about to be written; those that are new get one. */
  async ensure(labels: Iterable<string>, nowMs: number): Promise<ReadonlyMap<string, number>> {
    const day = new Date(nowMs).toISOString().slice(0, 10);
    if (day !== this.#day) {
      this.#day = day;
      this.#touched = new Set();
    }
    const wanted = new Set(labels);
    const missing = [...wanted].filter((label) => !this.#touched.has(label) || !this.#ids.has(label));
    if (missing.length > 0) {
      this.#learn(await this.#database.query(ensureLabels, [missing]));
      for (const label of missing) this.#touched.add(label);
    }
    return this.#ids;
  }

  /** Undefined where nothing was ever written under it. */
  async find(label: string): Promise<number | undefined> {
    if (!this.#ids.has(label)) this.#learn(await this.#database.query(findLabels, [[label]]));
    return this.#ids.get(label);
  }

  /** The labels of these numbers. */
  async read(ids: Iterable<number>): Promise<ReadonlyMap<number, string>> {
    const missing = [...new Set(ids)].filter((id) => !this.#labels.has(id));
    if (missing.length > 0) this.#learn(await this.#database.query(readLabels, [missing]));
    return this.#labels;
  }

  #learn(rows: readonly { id: number; label: string }[]): void {
    // Full only where scopes come and go for weeks: what is still in use is asked again.
    if (this.#ids.size + rows.length > KEPT_MAX) {
      this.#ids.clear();
      this.#labels.clear();
    }
    for (const { id, label } of rows) {
      this.#ids.set(label, id);
      this.#labels.set(id, label);
    }
  }
}
