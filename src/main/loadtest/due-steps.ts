/** The later steps of sessions, by the instant they are due: a binary heap, since answers come in any order. */

import type { PlannedStep } from './session.ts';

export interface DueStep {
  dueMs: number;
  userIndex: number;
  stream: number;
  /** What follows this step. */
  rest: readonly PlannedStep[];
}

export class DueSteps {
  readonly #heap: DueStep[] = [];

  get size(): number {
    return this.#heap.length;
  }

  first(): DueStep | undefined {
    return this.#heap[0];
  }

  add(step: DueStep): void {
    const heap = this.#heap;
    let place = heap.push(step) - 1;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (this.#due(parent) <= step.dueMs) break;
      heap[place] = heap[parent] as DueStep;
      place = parent;
    }
    heap[place] = step;
  }

  take(): DueStep | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let place = 0;
    for (let child = 1; child < heap.length; child = 2 * place + 1) {
      if (child + 1 < heap.length && this.#due(child + 1) < this.#due(child)) child += 1;
      if (this.#due(child) >= last.dueMs) break;
      heap[place] = heap[child] as DueStep;
      place = child;
    }
    heap[place] = last;
    return first;
  }

  #due(place: number): number {
    return (this.#heap[place] as DueStep).dueMs;
  }
}
