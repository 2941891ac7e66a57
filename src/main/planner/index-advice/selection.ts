/**
 * Chooses indexes: Extend (Schlosser, Kossmann, Boissier, ICDE 2019) with what an index costs those who write, and three moves
 * that plain Extend has not: whole wide candidates, the indexes of one plan together (two that help a join only as a pair), and
 * taking out one that another has made idle. A move that was valued before something near it changed is valued again only when
 * it stands first, so that a round plans a few moves anew and not all of them.
 */

import { extensionsOf } from './extensions.ts';
import { EQUAL_WITHIN } from './options.ts';
import type { Move, MoveValue, SearchInput, SearchState } from './search-state.ts';
import { createSearchState } from './search-state.ts';

/** Of a bundle: a plan that needs more new indexes at once is no advice that anyone follows. */
const MAX_TOGETHER = 4;

/** `density`: most gain for a byte first, as Extend has it. `gain`: most gain first, better where room is plenty. */
export type SelectionRule = 'density' | 'gain';

export interface SelectionOptions {
  rule: SelectionRule;
  /** Time is over: what is chosen so far is the answer. */
  isOver: () => boolean;
  signal: AbortSignal | undefined;
  onChosen: (count: number) => void;
}

export interface Selection {
  chosen: ReadonlySet<number>;
  total: number;
  /** Before anything was chosen. */
  startingTotal: number;
  isComplete: boolean;
}

interface ValuedMove extends Move {
  value: MoveValue;
  valuedAt: number;
}

/** What each statement costs with all candidates, and the candidates that its plan then uses. */
export interface Ideal {
  floors: readonly number[];
  bundles: readonly (readonly number[])[];
}

export async function selectIndexes(input: SearchInput, ideal: Ideal, options: SelectionOptions): Promise<Selection> {
  const state = await createSearchState(input, ideal.floors);
  const startingTotal = state.total;
  const search = createSearch(state, options);
  const seeds = input.candidates.all.map(({ place }): Move => ({ add: [place], remove: [] }));
  const bundles = ideal.bundles
    .filter(({ length }) => length > 1 && length <= MAX_TOGETHER)
    .map((add): Move => ({ add, remove: [] }));
  let isComplete = await search.consider([...seeds, ...bundles]);
  while (isComplete) {
    options.signal?.throwIfAborted();
    const move = await search.takeBest();
    if (!move) {
      isComplete = !options.isOver();
      break;
    }
    await state.apply(move);
    await removeIdle(state, input);
    options.onChosen(state.chosen.size);
    isComplete = !options.isOver() && (await search.consider(await extensionsOf(move.add, state, input)));
  }
  await removeIdle(state, input);
  return { chosen: state.chosen, total: state.total, startingTotal, isComplete };
}

interface Search {
  /** Values moves and keeps them. False where time ended. */
  consider(moves: readonly Move[]): Promise<boolean>;
  takeBest(): Promise<Move | undefined>;
}

function createSearch(state: SearchState, { isOver, rule, signal }: SelectionOptions): Search {
  const moves = new Map<string, ValuedMove>();
  const priority = ({ value }: ValuedMove) =>
    rule === 'gain' ? value.net : value.net / Math.max(value.bytes, SMALLEST_BYTES);
  const isPossible = (move: Move) =>
    move.remove.every((place) => state.chosen.has(place)) && !move.add.some((place) => state.chosen.has(place));

  const isWorth = ({ value }: ValuedMove) => value.net > 0 && value.isMaterial;

  async function revalue(move: ValuedMove): Promise<void> {
    move.value = await state.value(move);
    move.valuedAt = state.round;
  }

  const candidatesNow = () => [...moves.values()].filter((move) => isPossible(move) && state.fits(move));

  async function freshBest(): Promise<ValuedMove | undefined> {
    const ranked = candidatesNow().filter(isWorth);
    while (ranked.length > 0 && !isOver()) {
      signal?.throwIfAborted();
      ranked.sort((a, b) => priority(b) - priority(a));
      const best = ranked[0];
      if (!best || !isStale(best)) return best && smallestOfEqual(best, ranked);
      await revalue(best);
      if (!isWorth(best)) ranked.shift();
    }
    return undefined;
  }

  const isStale = (move: ValuedMove) => state.hasChangedSince(move.valuedAt, move);

  /** Of those that gain the same, as far as an estimate can tell, the one that takes least room. */
  function smallestOfEqual(best: ValuedMove, ranked: readonly ValuedMove[]): ValuedMove {
    const equal = ranked.filter((one) => !isStale(one) && one.value.net >= best.value.net * (1 - EQUAL_WITHIN));
    return equal.reduce((smallest, one) => (one.value.bytes < smallest.value.bytes ? one : smallest), best);
  }

  return {
    async consider(added) {
      for (const move of added) {
        signal?.throwIfAborted();
        if (isOver()) return false;
        const key = `${[...move.add].sort().join(',')}/${[...move.remove].sort().join(',')}`;
        if (moves.has(key) || !isPossible(move) || !state.canMatter(move)) continue;
        moves.set(key, { ...move, value: await state.value(move), valuedAt: state.round });
      }
      return true;
    },
    async takeBest() {
      const best = await freshBest();
      if (best) return best;
      // A move that was worth nothing may have become worth something: an index can make another one useful.
      for (const move of candidatesNow()) {
        if (isOver()) return undefined;
        if (state.hasChangedSince(move.valuedAt, move) && state.canMatter(move)) await revalue(move);
      }
      return freshBest();
    },
  };
}

/** Smaller indexes differ by nothing that matters; a replacement that takes no room is as good as one that takes this. */
const SMALLEST_BYTES = 65_536;

/** Takes out what the others have made idle: no statement notices, and writing gets cheaper. */
async function removeIdle(state: SearchState, { candidates }: SearchInput): Promise<void> {
  const largestFirst = [...state.chosen].sort((a, b) => candidates.get(b).sizeBytes - candidates.get(a).sizeBytes);
  for (const place of largestFirst) {
    const move = { add: [], remove: [place] };
    const { doesHarm, net, readSaving } = await state.value(move);
    const isLittle = -readSaving < IDLE_SHARE * state.total;
    if (net >= 0 || (!doesHarm && isLittle)) await state.apply(move);
  }
}

const IDLE_SHARE = 0.0005;
