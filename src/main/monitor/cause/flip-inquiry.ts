/**
 * Asks whoever keeps the statistics of before which of their changes flipped a plan, once for each verdict that a plan has changed. It may
 * take some seconds: the verdict stands meanwhile, and gets the answer as further evidence.
 */

import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Verdict } from './schema.ts';

/**
 * @param statement its declared name, or its text without constants
 * @param sinceMs when the trouble began: wall clock, milliseconds since 1970
 * @returns null where nothing can be said: nobody kept statistics of before, or they give the same plan
 */
export type ExplainPlanFlip = (statement: string, sinceMs: number) => Promise<{ sentence: string } | null>;

export interface FlipInquiryOptions {
  explain: ExplainPlanFlip | undefined;
  /** Told of each answer. */
  onExplained: (verdict: Verdict, sentence: string) => void;
  logger: Logger;
}

const ASKED_MAX = 100;

export class FlipInquiry {
  readonly #options: FlipInquiryOptions;
  readonly #asked = new Set<string>();

  constructor(options: FlipInquiryOptions) {
    this.#options = options;
  }

  /** Of any verdict; asks for those alone that a plan has changed. Does not throw. */
  async ask(verdict: Verdict): Promise<void> {
    const { explain, logger, onExplained } = this.#options;
    const { detectedAt, id, kind, statement } = verdict;
    if (!explain || kind !== 'plan_changed' || !statement || this.#asked.has(id)) return;
    if (this.#asked.size >= ASKED_MAX) this.#asked.clear();
    this.#asked.add(id);
    try {
      const found = await explain(statement.name, Date.parse(detectedAt));
      if (found) onExplained(verdict, found.sentence);
    } catch (error) {
      // It stays a plan that has changed, for a reason that nobody knows.
      logger.warn({ err: toError(error) }, 'what flipped the plan could not be found');
    }
  }
}
