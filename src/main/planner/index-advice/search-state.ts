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
  const { budgetBytes, candidates, costs, hidden, statements, trafficOf } = input;
  const byTable = statementsByTable(statements);
  let chosen: ReadonlySet<number> = new Set();
  let round = 0;
  const changedAt = new Map<string, number>();
  const present = new Map<AdvisedStatement, number>();
  for (const one of statements) present.set(one, await costs.cost(one, { trial: chosen, hidden }));
  const readTotal = () => sum([...present].map(([{ weight }, cost]) => weight * cost));
  const startingCost = readTotal();

  const tablesOf = (move: Move) => new Set([...move.add, ...move.remove].map((place) => candidates.get(place).table));
  const affectedBy = createAffected(candidates, byTable);
  const after = ({ add, remove }: Move) => new Set([...[...chosen].filter((one) => !remove.includes(one)), ...add]);
  const bytesOf = (places: Iterable<number>) => sum([...places].map((place) => candidates.get(place).sizeBytes));
  const writing = (places: ReadonlySet<number>, table: TableFacts) =>
    writeCostOf(table, pickOf(places, table, candidates), trafficOf).costPerDay;
  const allTables = () => new Set([...chosen].map((place) => candidates.get(place).table));

  async function value(move: Move): Promise<MoveValue> {
    const next = after(move);
    let readSaving = 0;
    let isMaterial = false;
    let doesHarm = false;
    for (const one of affectedBy(move)) {
      const before = present.get(one) ?? 0;
      const cost = await costs.cost(one, { trial: next, hidden });
      readSaving += one.weight * (before - cost);
      isMaterial ||= isNoticed(before, cost);
      doesHarm ||= cost > before * (1 + EQUAL_WITHIN) && cost - before > 1;
    }
    const written = sum([...tablesOf(move)].map((table) => writing(next, table) - writing(chosen, table)));
    const bytes = bytesOf(move.add) - bytesOf(move.remove);
    isMaterial ||= readSaving > MINIMUM_SHARE * startingCost && isWorthItsRoom(readSaving, bytes);
    return { net: readSaving - written, isMaterial, doesHarm, readSaving, bytes };
  }

  /** What no statement alone would notice is to gain for a byte at least a hundredth of what those chosen so far do. */
  function isWorthItsRoom(readSaving: number, bytes: number): boolean {
    if (bytes <= 0) return true;
    return readSaving / bytes >= (MINIMUM_DENSITY * (startingCost - readTotal())) / Math.max(bytesOf(chosen), 1);
  }

  return {
    get chosen() {
      return chosen;
    },
    get bytes() {
      return bytesOf(chosen);
    },
    get round() {
      return round;
    },
    get total() {
      return readTotal() + sum([...allTables()].map((table) => writing(chosen, table)));
    },
    hasChangedSince: (then, move) => {
      for (const one of affectedBy(move)) {
        for (const table of one.tables) if ((changedAt.get(table) ?? -1) >= then) return true;
      }
      return false;
    },
    fits: (move) => bytesOf(after(move)) <= budgetBytes,
    canMatter: (move) => {
      let most = 0;
      for (const one of affectedBy(move)) {
        const [cost, floor] = [present.get(one) ?? 0, floors[one.place] ?? 0];
        if (isNoticed(cost, floor)) return true;
        most += one.weight * Math.max(cost - floor, 0);
      }
      return most > MINIMUM_SHARE * startingCost;
    },
    value,
    async apply(move) {
      const affected = affectedBy(move);
      for (const { key } of tablesOf(move)) changedAt.set(key, round);
      chosen = after(move);
      round += 1;
      for (const one of affected) present.set(one, await costs.cost(one, { trial: chosen, hidden }));
    },
  };
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
