/** The statements of a lane, each with its cap: how many run, who is parked until one of them ends, and where there is room. */

import { type Linked, WaiterList } from './waiter-list.ts';

export interface CappedStatement<Entry extends Linked<Entry>> {
  readonly fingerprint: string;
  active: number;
  readonly parked: WaiterList<Entry>;
}

const MAX_KEPT = 1_000;

export class CappedStatements<Entry extends Linked<Entry>> {
  readonly #maxOf: (fingerprint: string) => number;
  readonly #statements = new Map<string, CappedStatement<Entry>>();
  /** Those with room for someone who is parked all the same: he waited for his tenant, or another one left. */
  readonly #roomy = new Set<CappedStatement<Entry>>();

  constructor(maxOf: (fingerprint: string) => number) {
    this.#maxOf = maxOf;
  }

  get roomy(): ReadonlySet<CappedStatement<Entry>> {
    return this.#roomy;
  }

  of(fingerprint: string): CappedStatement<Entry> {
    let statement = this.#statements.get(fingerprint);
    if (!statement) {
      statement = { fingerprint, active: 0, parked: new WaiterList() };
      this.#statements.set(fingerprint, statement);
    }
    return statement;
  }

  isFull(fingerprint: string): boolean {
    const statement = this.#statements.get(fingerprint);
    return statement !== undefined && this.roomIn(statement) <= 0;
  }

  roomIn({ active, fingerprint }: CappedStatement<Entry>): number {
    return this.#maxOf(fingerprint) - active;
  }

  /** How many run, or who is parked, has changed. */
  note(statement: CappedStatement<Entry>): void {
    if (statement.parked.size > 0 && this.roomIn(statement) > 0) this.#roomy.add(statement);
    else this.#roomy.delete(statement);
  }

  /** What is not in use is kept for its next time, up to a bound: making it anew costs more than keeping it. */
  forgetUnused(): void {
    if (this.#statements.size <= MAX_KEPT) return;
    for (const [fingerprint, { active, parked }] of this.#statements) {
      if (active === 0 && parked.size === 0) this.#statements.delete(fingerprint);
    }
  }
}
