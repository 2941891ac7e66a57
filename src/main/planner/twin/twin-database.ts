/** What the twin asks of a Postgres, be it in this process or beside it: one session, texts in and texts out. */

import type { TwinEngine } from './twin.ts';

export interface TwinDatabase {
  readonly engine: TwinEngine;
  /** Its data folder. */
  readonly folder: string;
  /** Who must own its files, where that is not us. */
  readonly owner?: { uid: number; gid: number };
  /**
   * Several statements parted by semicolons, as one transaction.
   * @throws SqlRefusal
   */
  run(text: string): Promise<void>;
  /**
   * One statement with the values of $1, $2, …; rows of texts. No more than one statement is taken.
   * @throws SqlRefusal
   */
  query(text: string, params?: readonly (string | null)[]): Promise<(string | null)[][]>;
  /**
   * One statement that has $1, $2, … and no values for them, as EXPLAIN (GENERIC_PLAN) allows. The caller knows that it is one.
   * @throws SqlRefusal
   */
  queryUnbound(text: string): Promise<(string | null)[][]>;
  /** Tells it that a file, named from the data folder on, is longer than it is; where that can be done. */
  readonly pretendLength?: (file: string, bytes: number) => void;
  /** One statement whose rows are objects with values of their types, as `pg` gives them. */
  objects(text: string, values: readonly unknown[]): Promise<object[]>;
  close(): Promise<void>;
}
