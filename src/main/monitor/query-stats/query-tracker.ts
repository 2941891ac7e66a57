/** Hears of every statement that ends, and passes it on to be counted. */

import { PoolTracker, type StatementOutcome } from '../../database/index.ts';

export class QueryTracker extends PoolTracker {
  readonly #onEnded: (outcome: StatementOutcome) => void;

  constructor(onEnded: (outcome: StatementOutcome) => void) {
    super();
    this.#onEnded = onEnded;
  }

  override statementEnded(outcome: StatementOutcome): void {
    this.#onEnded(outcome);
  }
}
