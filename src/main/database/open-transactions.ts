/**
 * Which transaction the caller is inside of, so that work which may stand alone can also join the one that is open. It then
 * runs under a savepoint: what fails in it is taken back by itself, and the outer work may catch that and go on.
 */

import { AsyncLocalStorage } from 'node:async_hooks';

/** What it takes to begin and end a part of a transaction. */
export interface OpenTransaction {
  /** Runs a savepoint's statement, within the transaction's own time. */
  run(text: string): Promise<unknown>;
  /** The same for taking something back, which is owed also when that time is over. It never rejects. */
  undo(text: string): Promise<void>;
}

/** One level of a transaction: the whole, or what is under a savepoint. */
interface Level {
  readonly transaction: OpenTransaction;
  readonly depth: number;
  isOver: boolean;
  /** Of those who joined at this level, the last: savepoints are a stack, so they go one after another. */
  last: Promise<unknown>;
}

export class OpenTransactions<Kind extends OpenTransaction> {
  readonly #inside = new AsyncLocalStorage<Level>();

  /** The transaction that the caller is inside of, while it is open. */
  get current(): Kind | undefined {
    const level = this.#inside.getStore();
    return level && !level.isOver ? (level.transaction as Kind) : undefined;
  }

  /** Runs `work` as inside of the transaction. Settles when it has ended, and whoever joined it, too. */
  inside<Result>(transaction: Kind, work: () => Promise<Result>): Promise<Result> {
    return this.#runLevel(transaction, 0, work);
  }

  /**
   * Runs `work` under a savepoint of the current transaction, after whoever else joined at this level.
   *
   * @param transaction the current one, or the same with less time
   */
  join<Result>(transaction: Kind, work: () => Promise<Result>): Promise<Result> {
    const outer = this.#inside.getStore() as Level;
    const joined = outer.last.then(() => this.#runJoined(transaction, outer.depth + 1, work));
    outer.last = joined.catch(() => undefined);
    return joined;
  }

  async #runJoined<Result>(transaction: Kind, depth: number, work: () => Promise<Result>): Promise<Result> {
    const savepoint = `aquifer_${depth}`;
    await transaction.run(`savepoint ${savepoint}`);
    try {
      const result = await this.#runLevel(transaction, depth, work);
      await transaction.run(`release savepoint ${savepoint}`);
      return result;
    } catch (error) {
      await transaction.undo(`rollback to savepoint ${savepoint}`);
      throw error;
    }
  }

  async #runLevel<Result>(transaction: Kind, depth: number, work: () => Promise<Result>): Promise<Result> {
    const level: Level = { transaction, depth, isOver: false, last: Promise.resolve() };
    try {
      return await this.#inside.run(level, work);
    } finally {
      await everyoneWhoJoined(level);
      level.isOver = true;
    }
  }
}

/** Also those whom nobody awaited: their statements are on the same connection. */
async function everyoneWhoJoined(level: Level): Promise<void> {
  for (let last: unknown; last !== level.last; ) {
    last = level.last;
    await last;
  }
}
