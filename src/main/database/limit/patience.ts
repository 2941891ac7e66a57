/**
 * When to believe that slow is the new usual. While anything is slow the usual times stand still, so that a storm is not learnt;
 * after ten minutes of it, where nothing failed, the change is accepted within a few more. A storm in which deadlines are
 * reached is never accepted so: it fades in over hours.
 */

const ACCEPT_AFTER_MS = 660_000;
const ACCEPTED_TRUST = 0.7;
const STORM_TRUST = 1 / 60;
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

  /** How far what is slower than usual is believed to be the new usual, 0 to 1. */
  get trust(): number {
    if (this.#slowForMs === 0) return 1;
    if (this.#sinceHarmMs < HARM_LASTS_MS) return STORM_TRUST;
    return this.#slowForMs < ACCEPT_AFTER_MS ? 0 : ACCEPTED_TRUST;
  }
}
