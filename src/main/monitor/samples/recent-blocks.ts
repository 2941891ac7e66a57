/**
 * What this process measured lately, in memory: so much of it is there while Postgres is not, and what has not been written yet
 * is read from here.
 */

import type { SampleBlock } from './sample-block.ts';

export class RecentBlocks {
  readonly #keepMs: number;
  readonly #blocks = new Map<string, SampleBlock[]>();

  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  /** Blocks of one name come in the order of their time. */
  add(block: SampleBlock): void {
    const known = this.#blocks.get(block.name);
    if (!known) this.#blocks.set(block.name, [block]);
    else {
      known.push(block);
      const oldestMs = block.startMs - this.#keepMs;
      while (known[0] && known[0].startMs < oldestMs) known.shift();
    }
  }

  /** Forgets names of which nothing has come for as long as anything is kept. */
  forgetBefore(nowMs: number): void {
    for (const [name, blocks] of this.#blocks) {
      const last = blocks.at(-1);
      if (!last || last.startMs < nowMs - this.#keepMs) this.#blocks.delete(name);
    }
  }

  /** Oldest first, those that have a part in the span. */
  read(name: string, fromMs: number, toMs: number): SampleBlock[] {
    const blocks = this.#blocks.get(name) ?? [];
    return blocks.filter(({ startMs, stepMs, steps }) => startMs < toMs && startMs + stepMs * steps > fromMs);
  }
}
