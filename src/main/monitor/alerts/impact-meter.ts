/**
 * Whether users are being hurt, from whatever tells of it: waiting for a connection, refusals, failed requests, users counted as
 * hurt. Each is a moving average over about half a minute.
 */

const TIME_CONSTANT_MS = 30_000;
/** A figure that has stayed away for so long counts no more. */
const STALE_MS = 60_000;
const SECONDS_A_MINUTE = 60;

/** Where somebody begins to be hurt. By the minute: seconds waited by all together, callers refused, requests failed. */
const floors = { waitedSeconds: 30, refused: 3, failed: 5, failedShare: 0.01, users: 3 };

const userLanes: ReadonlySet<string> = new Set(['critical', 'interactive']);

class MovingAverage {
  #value = 0;
  #atMs = Number.NEGATIVE_INFINITY;

  add(atMs: number, value: number): void {
    const sinceMs = atMs - this.#atMs;
    const keeps = sinceMs > STALE_MS ? 0 : Math.exp(-Math.max(0, sinceMs) / TIME_CONSTANT_MS);
    this.#value = keeps * this.#value + (1 - keeps) * value;
    this.#atMs = atMs;
  }

  at(nowMs: number): number {
    return nowMs - this.#atMs > STALE_MS ? 0 : this.#value;
  }
}

export class ImpactMeter {
  readonly #averages = new Map<string, MovingAverage>();

  add(atMs: number, name: string, scope: string, value: number): void {
    const key = keyOf(name, scope);
    if (key === undefined) return;
    let average = this.#averages.get(key);
    if (!average) {
      average = new MovingAverage();
      this.#averages.set(key, average);
    }
    average.add(atMs, value);
  }

  isHurting(nowMs: number): boolean {
    const waited = this.#perMinute(nowMs, ['pool.waiting critical', 'pool.waiting interactive']);
    const refused = this.#perMinute(nowMs, ['pool.refusedPerSecond critical', 'pool.refusedPerSecond interactive']);
    if (waited >= floors.waitedSeconds || refused >= floors.refused) return true;
    if (this.#sum(nowMs, ['users.hurt']) >= floors.users) return true;
    const failed = this.#perMinute(nowMs, ['http.failedTotal']);
    const requests = this.#perMinute(nowMs, ['http.requestsTotal']);
    return failed >= floors.failed && failed >= floors.failedShare * requests;
  }

  #perMinute(nowMs: number, keys: readonly string[]): number {
    return SECONDS_A_MINUTE * this.#sum(nowMs, keys);
  }

  #sum(nowMs: number, keys: readonly string[]): number {
    return keys.reduce((sum, key) => sum + (this.#averages.get(key)?.at(nowMs) ?? 0), 0);
  }
}

function keyOf(name: string, scope: string): string | undefined {
  if (name === 'pool.waiting' || name === 'pool.refusedPerSecond') {
    return userLanes.has(scope) ? `${name} ${scope}` : undefined;
  }
  return name === 'users.hurt' || name === 'http.failedTotal' || name === 'http.requestsTotal' ? name : undefined;
}
