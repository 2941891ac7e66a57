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
  #rows: Row[] = [];
  #dropped = 0;

  constructor(options: WriteBehindOptions<Row>) {
    this.#options = options;
  }

  push(...rows: readonly Row[]): void {
    for (const row of rows) this.#rows.push(row);
    this.#trim();
  }

  get size(): number {
    return this.#rows.length;
  }

  /** Rows that were lost because the database was away for longer than the bound holds. */
  get dropped(): number {
    return this.#dropped;
  }

  /** What waits to be written, oldest first: a reader adds it to what the database has. */
  get waiting(): readonly Row[] {
    return this.#rows;
  }

  /** Writes what there is now, a batch at a time. What a failed batch held stays in its place. */
  async flush(): Promise<void> {
    const { batchRows, write } = this.#options;
    for (let left = this.#rows.length; left > 0; left -= batchRows) {
      const batch = this.#rows.splice(0, Math.min(batchRows, left));
      if (batch.length === 0) return;
      try {
        await write(batch);
      } catch (error) {
        this.#rows = [...batch, ...this.#rows];
        this.#trim();
        throw error;
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
