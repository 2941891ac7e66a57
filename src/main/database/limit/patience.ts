/**
 * When to believe that slow is the new usual. While anything is slow the usual times stand still, so that a storm is not learnt;
 * after ten minutes of it, where nothing failed, the change is accepted within a few more. A storm in which deadlines are
 * reached is never accepted so: it fades in over hours.
 */

const CALM_LEARNS_IN_MS = 120_000;
const ACCEPT_AFTER_MS = 660_000;
const ACCEPT_IN_MS = 180_000;
const STORM_LEARNS_IN_MS = 7_200_000;
/** Harm is remembered so long. */
const HARM_LASTS_MS = 60_000;
const LONG_CALM_MS = 60_000;

export class Patience {
  #slowForMs = 0;
  #calmForMs = 0;
  #sinceHarmMs = Number.POSITIVE_INFINITY;

  window({ isSlow, isHarmful, durationMs }: { isSlow: boolean; isHarmful: boolean; durationMs: number }): void {
    this.#sinceHarmMs = isHarmful ? 0 : this.#sinceHarmMs + durationMs;
    if (isSlow || isHarmful) {
      this.#slowForMs += durationMs;
      this.#calmForMs = 0;
      return;
    }
    this.#calmForMs += durationMs;
    // One quiet window in between does not make it a new storm.
    this.#slowForMs = Math.max(0, this.#slowForMs - 4 * durationMs);
  }

  /** The server is overloaded, however our statements fare. */
  troubled(): void {
    this.#calmForMs = 0;
    this.#sinceHarmMs = 0;
  }

  get hasLongBeenCalm(): boolean {
    return this.#calmForMs >= LONG_CALM_MS;
  }

  /** The share of what a window saw that becomes the usual time. */
  learningRate(durationMs: number): number {
    if (this.#slowForMs === 0) return this.calmRate(durationMs);
    if (this.#sinceHarmMs < HARM_LASTS_MS) return shareOf(durationMs, STORM_LEARNS_IN_MS);
    return this.#slowForMs < ACCEPT_AFTER_MS ? 0 : shareOf(durationMs, ACCEPT_IN_MS);
  }

  calmRate(durationMs: number): number {
    return shareOf(durationMs, CALM_LEARNS_IN_MS);
  }
}

function shareOf(durationMs: number, timeConstantMs: number): number {
  return 1 - Math.exp(-durationMs / timeConstantMs);
}
