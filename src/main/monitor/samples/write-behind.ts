/**
 * Rows on their way into Postgres: they are taken at once and written in batches later, and while the database is away they stay, up
 * to a bound. Then the oldest go, and it is counted how many.
 */

export interface WriteBehindOptions<Row> {
  rowsMax: number;
  batchRows: number;
  /** Writes all of them or none. */
  write: (rows: readonly Row[]) => Promise<void>;
}

export class WriteBehind<Row> {
  readonly #options: WriteBehindOptions<Row>;
  /** Under way: written or not, nobody knows yet. */
  #batch: readonly Row[] = [];
  #rows: Row[] = [];
  #dropped = 0;
  #flushing: Promise<void> | undefined;

  constructor(options: WriteBehindOptions<Row>) {
    this.#options = options;
  }

  push(...rows: readonly Row[]): void {
    for (const row of rows) this.#rows.push(row);
    this.#trim();
  }

  get size(): number {
    return this.#batch.length + this.#rows.length;
  }

  /** Rows that were lost because the database was away for longer than the bound holds. */
  get dropped(): number {
    return this.#dropped;
  }

  /** What is not known to be written, oldest first: a reader adds it to what the database has. */
  get waiting(): readonly Row[] {
    return [...this.#batch, ...this.#rows];
  }

  /** Writes what there is now, a batch at a time, one call after the other. What a failed batch held stays in its place. */
  flush(): Promise<void> {
    const before = this.#flushing ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(() => this.#writeAll());
    this.#flushing = mine;
    return mine;
  }

  async #writeAll(): Promise<void> {
    const { batchRows, write } = this.#options;
    for (let left = this.#rows.length; left > 0 && this.#rows.length > 0; left -= batchRows) {
      this.#batch = this.#rows.splice(0, Math.min(batchRows, left));
      try {
        await write(this.#batch);
      } catch (error) {
        this.#rows = [...this.#batch, ...this.#rows];
        throw error;
      } finally {
        this.#batch = [];
        this.#trim();
      }
    }
  }

  #trim(): void {
    const tooMany = this.#rows.length - this.#options.rowsMax;
    if (tooMany <= 0) return;
    this.#rows.splice(0, tooMany);
    this.#dropped += tooMany;
  }
}
