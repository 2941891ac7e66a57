/**
 * Holders by number, so that a step keeps two bytes for each. A drop-in's fingerprints are without end, so the table has one:
 * when it is full, the names that no step mentions any more are forgotten.
 */

export interface HolderName {
  readonly statement: string;
  readonly route: string | null;
  readonly lane: string;
}

/** What stands for a holder whose name found no place. */
export const UNNAMED = 0;
const LONGEST_STATEMENT = 200;

export class HolderNames {
  readonly #most: number;
  readonly #byKey = new Map<string, number>();
  readonly #names: (HolderName | undefined)[] = [{ statement: 'others', route: null, lane: 'interactive' }];
  readonly #free: number[] = [];

  /** @param most how many names are kept; at most 65,535 */
  constructor(most: number) {
    this.#most = most;
  }

  /** @param inUse the numbers that are still mentioned somewhere; asked for only when the table is full */
  numberOf({ statement, route, lane }: HolderName, inUse: () => ReadonlySet<number>): number {
    const short = statement.length > LONGEST_STATEMENT ? `${statement.slice(0, LONGEST_STATEMENT - 1)}…` : statement;
    const key = keyOf({ statement: short, route, lane });
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const number = this.#freeNumber(inUse);
    if (number === undefined) return UNNAMED;
    this.#byKey.set(key, number);
    this.#names[number] = { statement: short, route, lane };
    return number;
  }

  nameOf(number: number): HolderName {
    return this.#names[number] ?? (this.#names[UNNAMED] as HolderName);
  }

  get size(): number {
    return this.#byKey.size;
  }

  #freeNumber(inUse: () => ReadonlySet<number>): number | undefined {
    if (this.#free.length === 0 && this.#names.length <= this.#most) return this.#names.length;
    if (this.#free.length === 0) this.#forget(inUse());
    return this.#free.pop();
  }

  #forget(inUse: ReadonlySet<number>): void {
    for (let number = 1; number < this.#names.length; number += 1) {
      const name = this.#names[number];
      if (!name || inUse.has(number)) continue;
      this.#byKey.delete(keyOf(name));
      this.#names[number] = undefined;
      this.#free.push(number);
    }
  }
}

function keyOf({ statement, route, lane }: HolderName): string {
  return `${lane}\n${route ?? ''}\n${statement}`;
}
