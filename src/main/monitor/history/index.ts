/**
 * The pool over time, in memory that does not grow: it listens to the pool, looks at it four times a second, and closes a step
 * each second, of which ten make the next wider step and sixty the widest.
 */

import { type Database, type Lease, laneNames, PoolTracker } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Service } from '../../foundation/service.ts';
import { type Route, route } from '../../http/index.ts';
import { type HolderName, HolderNames } from './holder-names.ts';
import { type PoolHistory as History, readPoolHistory } from './schema.ts';
import { StepRing } from './step-ring.ts';
import { type LaneTotals, StepTotals } from './step-totals.ts';

const SECOND_MS = 1_000;
/** How wide a step is, and how many are kept. */
const WIDTHS = [
  { stepMs: SECOND_MS, slots: 600 },
  { stepMs: 10 * SECOND_MS, slots: 2_160 },
  { stepMs: 60 * SECOND_MS, slots: 1_440 },
] as const;
const LOOK_EVERY_MS = 250;
const NAMES_KEPT = 2_000;

interface Tier {
  readonly ring: StepRing;
  readonly totals: StepTotals;
  /** When the step under way began; NaN before the first. */
  startMs: number;
}

export interface PoolHistoryOptions {
  database: Pick<Database, 'listLeases' | 'snapshot'>;
  clock: Clock;
}

export class PoolHistory extends PoolTracker {
  readonly service: Service;
  readonly #options: PoolHistoryOptions;
  readonly #names = new HolderNames(NAMES_KEPT);
  readonly #tiers: readonly [Tier, ...Tier[]];
  /** Those of the step of a second, which is under way. */
  readonly #now: StepTotals;
  readonly #lanes: ReadonlyMap<string, LaneTotals>;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PoolHistoryOptions) {
    super();
    this.#options = options;
    const [first, ...wider] = WIDTHS.map(createTier);
    this.#tiers = [first as Tier, ...wider];
    this.#now = this.#tiers[0].totals;
    this.#lanes = new Map(laneNames.map((name, index) => [name, this.#now.lanes[index] as LaneTotals]));
    this.service = {
      name: 'monitor.history',
      start: async () => this.#start(),
      stop: async () => clearInterval(this.#timer),
    };
  }

  override connectionOpened(): void {
    this.#now.opened += 1;
  }

  override connectionFailed(): void {
    this.#now.failed += 1;
  }

  override leaseGranted(lane: string, waitedMs: number): void {
    const totals = this.#lanes.get(lane);
    if (!totals) return;
    totals.acquired += 1;
    totals.wait.record(waitedMs);
  }

  override leaseReleased(lane: string, heldMs: number, _lease: Lease): void {
    this.#lanes.get(lane)?.hold.record(heldMs);
  }

  override refused(lane: string): void {
    const totals = this.#lanes.get(lane);
    if (totals) totals.refused += 1;
  }

  /** One look; several a second, by itself once started. */
  look(): void {
    const { clock, database } = this.#options;
    this.#enter(0, clock.nowMs());
    this.#now.look(database.snapshot(), () => database.listLeases());
  }

  /** @param spanMs how far back, in the narrowest steps that are kept for so long */
  read(spanMs: number): History {
    const fitting = this.#tiers.find(({ ring }) => ring.spanMs >= spanMs);
    const { ring } = fitting ?? (this.#tiers.at(-1) as Tier);
    return {
      stepSeconds: ring.stepMs / SECOND_MS,
      points: ring.read(this.#options.clock.nowMs(), spanMs, this.#names),
    };
  }

  #start(): void {
    this.look();
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Ends the step under way where `nowMs` belongs to another, and gives it to the next wider one. */
  #enter(index: number, nowMs: number): void {
    const tier = this.#tiers[index];
    if (!tier) return;
    const startMs = tier.ring.startOf(nowMs);
    if (tier.startMs === startMs) return;
    if (!Number.isNaN(tier.startMs)) this.#close(tier, index);
    tier.startMs = startMs;
  }

  #close({ ring, startMs, totals }: Tier, index: number): void {
    ring.write(startMs, totals, this.#numberOf);
    const wider = this.#tiers[index + 1];
    if (wider) {
      this.#enter(index + 1, startMs);
      wider.totals.add(totals);
    }
    totals.reset();
  }

  readonly #numberOf = (name: HolderName): number => this.#names.numberOf(name, this.#holdersInUse);

  readonly #holdersInUse = (): ReadonlySet<number> => {
    const numbers = new Set<number>();
    for (const { ring } of this.#tiers) ring.collectHolders(numbers);
    return numbers;
  };
}

function createTier({ stepMs, slots }: (typeof WIDTHS)[number]): Tier {
  return { ring: new StepRing(stepMs, slots), totals: new StepTotals(), startMs: Number.NaN };
}

export function historyRoutes(history: PoolHistory): Route[] {
  return [
    route('GET', '/v1/monitor/pool/history', { access: 'operator', schema: readPoolHistory }, async ({ query }) =>
      history.read(query.spanSeconds * SECOND_MS),
    ),
  ];
}
