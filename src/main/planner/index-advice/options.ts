/** What whoever asks for index advice may choose, and the figures that the advisor goes by. */

export interface AdviceProgress {
  done: number;
  total: number;
  /** What it does at present, for people. */
  sentence: string;
}

export interface AdviceOptions {
  /** All new indexes together; where left out, half of what the tables take, as `usualBudget` has it. */
  budgetBytes?: number;
  /** After it the best that was found is said, and that there may be more. */
  timeBudgetMs?: number;
  /** Indexes of smaller tables gain nothing that anyone would notice. */
  minimumTableBytes?: number;
  /** Shows constants in plans. */
  showValues?: boolean;
  signal?: AbortSignal;
  onProgress?: (progress: AdviceProgress) => void;
}

/** Room for new indexes that nobody asks about, however small the tables are. */
const UNASKED_BYTES = 128 * 1024 * 1024;

/** What a person would give where nothing is said: half of what the tables take, as the experiments of Extend do. */
export function usualBudget(tableBytes: number): number {
  return Math.max(UNASKED_BYTES, Math.round(tableBytes / 2));
}

export const DEFAULT_TIME_BUDGET_MS = 60_000;
export const DEFAULT_MINIMUM_TABLE_BYTES = 1024 * 1024;

/** Keys of an index: a fourth column gains 2 to 3 % at most in the experiments of Kossmann et al., VLDB 2020. */
export const MAX_KEYS = 3;

/** An index that takes less than this off the whole workload, and changes no statement much, is not worth a sentence. */
export const MINIMUM_SHARE = 0.003;
/** What is spread over many statements is to gain for a byte at least this part of what the others gain for one. */
export const MINIMUM_DENSITY = 0.01;
/** A statement changes much where so large a part of its cost goes, and so much of it: about 5 ms. */
export const MATERIAL_PART = 0.3;
export const MATERIAL_COST = 500;
/** Costs closer than this are equal: Postgres itself compares paths with 1 % of tolerance. */
export const EQUAL_WITHIN = 0.01;
