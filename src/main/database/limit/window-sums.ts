/** What one window of half a second saw: of all statements, and of each lane by itself. One addition or two for each statement. */

export class LaneSums {
  samples = 0;
  lnRatios = 0;
  grants = 0;
  waitedMs = 0;

  clearTimes(): void {
    this.samples = 0;
    this.lnRatios = 0;
  }

  clearWaits(): void {
    this.grants = 0;
    this.waitedMs = 0;
  }
}

export class WindowSums {
  samples = 0;
  lnRatios = 0;
  /** All that ended well, known or not, and what they took. */
  ended = 0;
  totalMs = 0;
  mostInUse = 0;
  drop: 'deadline' | 'refused' | undefined;
  readonly #lanes = new Map<string, LaneSums>();

  lane(name: string): LaneSums {
    let sums = this.#lanes.get(name);
    if (!sums) {
      sums = new LaneSums();
      this.#lanes.set(name, sums);
    }
    return sums;
  }

  clear(): void {
    this.samples = 0;
    this.lnRatios = 0;
    this.ended = 0;
    this.totalMs = 0;
    this.mostInUse = 0;
    this.drop = undefined;
  }
}
