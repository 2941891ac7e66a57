/** Every request of a run in columns of numbers: some 40 bytes each, and quick to hand from thread to thread. */

import { FAILURES, type Failure, type Outcome } from './outcome.ts';

/** Row i of every column is one request, in the order in which they ended. */
export interface RequestRecords {
  count: number;
  streams: readonly string[];
  /** An index into `streams`. */
  stream: Uint8Array;
  userIndex: Uint32Array;
  scheduledAtMs: Float64Array;
  sentAtMs: Float64Array;
  endedAtMs: Float64Array;
  status: Uint16Array;
  /** 0 where it succeeded, else 1 + an index into `FAILURES`; see `failureAt`. */
  failure: Uint8Array;
  /** NaN where the answer did not say. */
  retryAfterSeconds: Float32Array;
  /** 0 for none, else 1 + an index into `problemCodes`. */
  problemCode: Uint16Array;
  problemCodes: string[];
}

const FIRST_CAPACITY = 1_024;
const COLUMNS = {
  stream: Uint8Array,
  userIndex: Uint32Array,
  scheduledAtMs: Float64Array,
  sentAtMs: Float64Array,
  endedAtMs: Float64Array,
  status: Uint16Array,
  failure: Uint8Array,
  retryAfterSeconds: Float32Array,
  problemCode: Uint16Array,
} as const;

type Columns = { [Name in keyof typeof COLUMNS]: InstanceType<(typeof COLUMNS)[Name]> };

export class RecordKeeper {
  readonly #streams: readonly string[];
  readonly #problemCodes = new Map<string, number>();
  #columns: Columns;
  #capacity: number;
  #count = 0;

  /** @param expected how many there will be at least */
  constructor(streams: readonly string[], expected: number) {
    this.#streams = streams;
    this.#capacity = Math.max(FIRST_CAPACITY, expected);
    this.#columns = columnsOf((Column) => new Column(this.#capacity));
  }

  keep(outcome: Outcome): void {
    if (this.#count === this.#capacity) this.#grow();
    const row = this.#count;
    const columns = this.#columns;
    columns.stream[row] = outcome.stream;
    columns.userIndex[row] = outcome.userIndex;
    columns.scheduledAtMs[row] = outcome.scheduledAtMs;
    columns.sentAtMs[row] = outcome.sentAtMs;
    columns.endedAtMs[row] = outcome.endedAtMs;
    columns.status[row] = outcome.status;
    columns.failure[row] = outcome.failure === null ? 0 : 1 + FAILURES.indexOf(outcome.failure);
    columns.retryAfterSeconds[row] = outcome.retryAfterSeconds ?? Number.NaN;
    columns.problemCode[row] = this.#numberOf(outcome.problemCode);
    this.#count += 1;
  }

  /** Cut to length. */
  finish(): RequestRecords {
    const count = this.#count;
    return {
      count,
      streams: this.#streams,
      problemCodes: [...this.#problemCodes.keys()],
      ...columnsOf((_, name) => this.#columns[name].slice(0, count)),
    };
  }

  #numberOf(problemCode: string | null): number {
    if (problemCode === null) return 0;
    const known = this.#problemCodes.get(problemCode);
    if (known !== undefined) return known;
    this.#problemCodes.set(problemCode, this.#problemCodes.size + 1);
    return this.#problemCodes.size;
  }

  #grow(): void {
    const smaller = this.#columns;
    this.#capacity *= 2;
    this.#columns = columnsOf((Column, name) => {
      const column = new Column(this.#capacity);
      column.set(smaller[name]);
      return column;
    });
  }
}

type ColumnType = (typeof COLUMNS)[keyof typeof COLUMNS];

function columnsOf(make: (Column: ColumnType, name: keyof Columns) => InstanceType<ColumnType>): Columns {
  const entries = Object.entries(COLUMNS) as [keyof Columns, ColumnType][];
  return Object.fromEntries(entries.map(([name, Column]) => [name, make(Column, name)])) as unknown as Columns;
}

/** What row `index` failed of, or null. */
export function failureAt(records: RequestRecords, index: number): Failure | null {
  return FAILURES[(records.failure[index] as number) - 1] ?? null;
}

/** The problem code of row `index`, or null. */
export function problemCodeAt(records: RequestRecords, index: number): string | null {
  return records.problemCodes[(records.problemCode[index] as number) - 1] ?? null;
}

/** The buffers that can be handed to another thread without a copy. */
export function buffersOf(records: RequestRecords): ArrayBuffer[] {
  return (Object.keys(COLUMNS) as (keyof Columns)[]).map((name) => records[name].buffer as ArrayBuffer);
}
