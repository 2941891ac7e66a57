/**
 * The state of the search for indexes: which are chosen, what each statement costs with them and what writing costs, and what a
 * move (some more, some fewer) would change. A move is worth what reading saves less what writing costs, and nothing at all
 * where no one would notice it.
 */

import type { AdvisedStatement } from './advised-statements.ts';
import type { Candidate, CandidateBook } from './candidate.ts';
import { type CostBook, isRelevant } from './cost-book.ts';
import { EQUAL_WITHIN, MATERIAL_COST, MATERIAL_PART, MINIMUM_DENSITY, MINIMUM_SHARE } from './options.ts';
import { sum, type TableFacts } from './table-facts.ts';
import { writeCostOf } from './write-cost.ts';
import type { TrafficBook } from './write-traffic.ts';

export interface SearchInput {
  statements: readonly AdvisedStatement[];
  candidates: CandidateBook;
  costs: CostBook;
  trafficOf: TrafficBook;
  /** No bound where infinite. */
  budgetBytes: number;
  hidden: ReadonlySet<string>;
}

export interface Move {
  add: readonly number[];
  remove: readonly number[];
}

export interface MoveValue {
  /** In a day, in the planner's units: what reading saves less what writing costs. */
  net: number;
  /** Someone would notice it. */
  isMaterial: boolean;
  /** A statement gets dearer by a part that someone would notice. */
  doesHarm: boolean;
  readSaving: number;
  bytes: number;
}

export interface SearchState {
  readonly chosen: ReadonlySet<number>;
  readonly bytes: number;
  /** Reading and writing in a day. */
  readonly total: number;
  /** How many moves were made. */
  readonly round: number;
  /** Whether anything that bears on these tables was moved since that round. */
  hasChangedSince(round: number, move: Move): boolean;
  fits(move: Move): boolean;
  /** Whether anyone would notice it, were every statement of its tables as cheap as it can be. */
  canMatter(move: Move): boolean;
  value(move: Move): Promise<MoveValue>;
  apply(move: Move): Promise<void>;
}

/** @param floors what each statement costs with all candidates, by its place */
export async function createSearchState(input: SearchInput, floors: readonly number[]): Promise<SearchState> {
  const present = new Map<AdvisedStatement, number>();
  for (const one of input.statements) {
    present.set(one, await input.costs.cost(one, { trial: new Set(), hidden: input.hidden }));
  }
  return new Searching(input, floors, present);
}

class Searching implements SearchState {
  chosen: ReadonlySet<number> = new Set();
  round = 0;
  readonly #input: SearchInput;
  readonly #floors: readonly number[];
  /** What each statement costs with those chosen. */
  readonly #present: Map<AdvisedStatement, number>;
  readonly #changedAt = new Map<string, number>();
  readonly #affectedBy: (move: Move) => Set<AdvisedStatement>;
  readonly #startingCost: number;

  constructor(input: SearchInput, floors: readonly number[], present: Map<AdvisedStatement, number>) {
    this.#input = input;
    this.#floors = floors;
    this.#present = present;
    this.#affectedBy = createAffected(input.candidates, statementsByTable(input.statements));
    this.#startingCost = this.#reading();
  }

  get bytes(): number {
    return this.#bytesOf(this.chosen);
  }

  get total(): number {
    const tables = this.#tablesOf({ add: [...this.chosen], remove: [] });
    return this.#reading() + sum([...tables].map((table) => this.#writing(this.chosen, table)));
  }

  hasChangedSince(then: number, move: Move): boolean {
    for (const one of this.#affectedBy(move)) {
      for (const table of one.tables) if ((this.#changedAt.get(table) ?? -1) >= then) return true;
    }
    return false;
  }

  fits(move: Move): boolean {
    return this.#bytesOf(this.#after(move)) <= this.#input.budgetBytes;
  }

  canMatter(move: Move): boolean {
    let most = 0;
    for (const one of this.#affectedBy(move)) {
      const [cost, floor] = [this.#present.get(one) ?? 0, this.#floors[one.place] ?? 0];
      if (isNoticed(cost, floor)) return true;
      most += one.weight * Math.max(cost - floor, 0);
    }
    return most > MINIMUM_SHARE * this.#startingCost;
  }

  async value(move: Move): Promise<MoveValue> {
    const { costs, hidden } = this.#input;
    const next = this.#after(move);
    let readSaving = 0;
    let isMaterial = false;
    let doesHarm = false;
    for (const one of this.#affectedBy(move)) {
      const before = this.#present.get(one) ?? 0;
      const cost = await costs.cost(one, { trial: next, hidden });
      readSaving += one.weight * (before - cost);
      isMaterial ||= isNoticed(before, cost);
      doesHarm ||= cost > before * (1 + EQUAL_WITHIN) && cost - before > 1;
    }
    const written = [...this.#tablesOf(move)].map((one) => this.#writing(next, one) - this.#writing(this.chosen, one));
    const bytes = this.#bytesOf(move.add) - this.#bytesOf(move.remove);
    isMaterial ||= readSaving > MINIMUM_SHARE * this.#startingCost && this.#isWorthItsRoom(readSaving, bytes);
    return { net: readSaving - sum(written), isMaterial, doesHarm, readSaving, bytes };
  }

  async apply(move: Move): Promise<void> {
    const { costs, hidden } = this.#input;
    for (const { key } of this.#tablesOf(move)) this.#changedAt.set(key, this.round);
    this.chosen = this.#after(move);
    this.round += 1;
    for (const one of this.#affectedBy(move)) {
      this.#present.set(one, await costs.cost(one, { trial: this.chosen, hidden }));
    }
  }

  /** What no statement alone would notice is to gain for a byte at least a hundredth of what those chosen so far do. */
  #isWorthItsRoom(readSaving: number, bytes: number): boolean {
    if (bytes <= 0) return true;
    const soFar = this.#startingCost - this.#reading();
    return readSaving / bytes >= (MINIMUM_DENSITY * soFar) / Math.max(this.bytes, 1);
  }

  #reading(): number {
    return sum([...this.#present].map(([{ weight }, cost]) => weight * cost));
  }

  #writing(places: ReadonlySet<number>, table: TableFacts): number {
    const { candidates, trafficOf } = this.#input;
    return writeCostOf(table, pickOf(places, table, candidates), trafficOf).costPerDay;
  }

  #after({ add, remove }: Move): ReadonlySet<number> {
    return new Set([...[...this.chosen].filter((one) => !remove.includes(one)), ...add]);
  }

  #tablesOf({ add, remove }: Move): Set<TableFacts> {
    return new Set([...add, ...remove].map((place) => this.#input.candidates.get(place).table));
  }

  #bytesOf(places: Iterable<number>): number {
    return sum([...places].map((place) => this.#input.candidates.get(place).sizeBytes));
  }
}

/** The statements that an index can matter to, each asked for once. */
function createAffected(candidates: CandidateBook, byTable: ReadonlyMap<string, AdvisedStatement[]>) {
  const byPlace = new Map<number, AdvisedStatement[]>();
  const ofPlace = (place: number): AdvisedStatement[] => {
    const candidate = candidates.get(place);
    const found =
      byPlace.get(place) ?? (byTable.get(candidate.table.key) ?? []).filter((one) => isRelevant(one, candidate));
    byPlace.set(place, found);
    return found;
  };
  return ({ add, remove }: Move) => new Set([...add, ...remove].flatMap(ofPlace));
}

function isNoticed(before: number, after: number): boolean {
  return before - after >= MATERIAL_COST && before - after >= MATERIAL_PART * before;
}

export function statementsByTable(statements: readonly AdvisedStatement[]): Map<string, AdvisedStatement[]> {
  const byTable = new Map<string, AdvisedStatement[]>();
  for (const one of statements) {
    for (const key of one.tables) byTable.set(key, [...(byTable.get(key) ?? []), one]);
  }
  return byTable;
}

export function pickOf(places: Iterable<number>, table: TableFacts, candidates: CandidateBook): Candidate[] {
  return [...places].map((place) => candidates.get(place)).filter((one) => one.table === table);
}
