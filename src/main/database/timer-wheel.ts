/**
 * Many deadlines on one timer. Adding and removing cost the same however many there are, where a `setTimeout` for each
 * waiter is most of what an ordinary pool spends. Precision is one tick. (Varghese and Lauck, 1987: a hashed wheel.)
 */

const TICK_MS = 10;
const SLOTS = 512;

/** Something with a deadline. `dueTick` belongs to the wheel. */
export interface WheelTimer {
  dueTick: number;
  fire(): void;
}

export class TimerWheel {
  readonly #slots: Set<WheelTimer>[] = Array.from({ length: SLOTS }, () => new Set());
  readonly #nowMs: () => number;
  #interval: NodeJS.Timeout | undefined;
  #lastTick: number;
  #size = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#lastTick = this.#tickAt(nowMs());
  }

  /** Calls `fire` at `atMs` of the wheel's own clock, or up to a tick later. */
  add(atMs: number, fire: () => void): WheelTimer {
    const timer: WheelTimer = { dueTick: 0, fire };
    this.schedule(timer, atMs);
    return timer;
  }

  /** The same for an object that is a timer itself. It must not be on the wheel already. */
  schedule(timer: WheelTimer, atMs: number): void {
    if (!this.#interval) this.#turn();
    timer.dueTick = Math.max(Math.ceil(atMs / TICK_MS), this.#lastTick + 1);
    this.#slotOf(timer.dueTick).add(timer);
    this.#size += 1;
  }

  remove(timer: WheelTimer): void {
    if (this.#slotOf(timer.dueTick).delete(timer)) this.#size -= 1;
  }

  get size(): number {
    return this.#size;
  }

  /** Fires what is due. Called by the wheel itself; a test with its own clock calls it by hand. */
  advance(): void {
    const nowTick = this.#tickAt(this.#nowMs());
    // After a long pause one turn of the wheel visits every slot; more turns would visit them again.
    const firstTick = Math.max(this.#lastTick + 1, nowTick - SLOTS + 1);
    this.#lastTick = Math.max(this.#lastTick, nowTick);
    for (let tick = firstTick; tick <= nowTick; tick += 1) {
      for (const timer of this.#slotOf(tick)) {
        if (timer.dueTick > nowTick) continue;
        this.#slotOf(tick).delete(timer);
        this.#size -= 1;
        timer.fire();
      }
    }
    // Not sooner: starting and stopping a timer with every statement costs more than the statement's own entry.
    if (this.#size === 0) this.#rest();
  }

  #turn(): void {
    this.#lastTick = this.#tickAt(this.#nowMs());
    // Not unref'd: someone waits for what a timer will say.
    this.#interval = setInterval(() => this.advance(), TICK_MS);
  }

  #rest(): void {
    clearInterval(this.#interval);
    this.#interval = undefined;
  }

  #tickAt(ms: number): number {
    return Math.floor(ms / TICK_MS);
  }

  #slotOf(tick: number): Set<WheelTimer> {
    return this.#slots[tick % SLOTS] as Set<WheelTimer>;
  }
}
