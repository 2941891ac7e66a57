/** How many of a statement may run at once because a person has said so, whatever its lane would allow. Zero refuses it. */

export class StatementCaps {
  readonly #caps = new Map<string, number>();

  /** @param max null lifts the cap */
  set(statement: string, max: number | null): void {
    if (max === null) this.#caps.delete(statement);
    else this.#caps.set(statement, max);
  }

  maxOf(statement: string): number {
    return this.#caps.get(statement) ?? Number.POSITIVE_INFINITY;
  }

  isCapped(statement: string): boolean {
    return this.#caps.has(statement);
  }

  /** None of it may run at all. */
  isBarred(statement: string): boolean {
    return this.#caps.get(statement) === 0;
  }
}
