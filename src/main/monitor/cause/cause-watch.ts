/**
 * Watches the pool for trouble ten times a second, from memory, and while there is some says what causes it: by what the
 * pool reports, by a sample of all sessions each second, and by the plan of the statement that stands out.
 */

import type { Database, Lease } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Service } from '../../foundation/service.ts';
import type { Journal } from '../journal.ts';
import type { ActivitySampler } from '../samples/activity-sampler.ts';
import type { ActivitySample } from '../samples/backend.ts';
import type { ServerCores } from '../samples/server-cores.ts';
import { Baseline } from './baseline.ts';
import { CauseTracker } from './cause-tracker.ts';
import { findCause } from './finding.ts';
import { type ExplainPlanFlip, FlipInquiry } from './flip-inquiry.ts';
import { holdStateOf, keysOf, stateAgeMs } from './lease-state.ts';
import { type Picture, type StatementPicture, takePicture } from './picture.ts';
import type { ReadPlan } from './plan.ts';
import { type PlanInquiry, PlanKeeper } from './plan-keeper.ts';
import type { CauseReport, Verdict } from './schema.ts';
import { tellFinding } from './sentences.ts';
import { readSigns, readSlowSign, type Sign } from './signs.ts';
import { Trouble } from './trouble.ts';
import { VerdictLog } from './verdict-log.ts';

export interface CauseWatchOptions {
  database: Database;
  sampler: ActivitySampler;
  journal: Journal;
  clock: Clock;
  logger: Logger;
  cores: ServerCores;
  /** Told of every plan that is looked at, in calm and in trouble. */
  onPlan?: (statement: string, plan: ReadPlan) => void;
  /** Which change flipped a plan, where somebody keeps the statistics of before. */
  explainPlanFlip?: ExplainPlanFlip | undefined;
  /** Told when that was found. */
  onFlipExplained?: ((verdict: Verdict, sentence: string) => void) | undefined;
  /** By less than this, statements that all take longer are no trouble; 2 ms when left out. */
  slowAddedMsMin?: number;
}

const TICK_MS = 100;
const JUDGE_EVERY_MS = 250;
const QUICKEN_EVERY_MS = 1_000;
/** A statement that runs for so long is worth a look at what it waits for. */
const LOOK_AT_MS = 300;
const INQUIRE_EVERY_MS = 1_000;
const ASK_AGAIN_MS = 2_000;
/** A first sample says what backends wait for; without one by then, what is known is told all the same. */
const SAMPLE_PATIENCE_MS = 800;
const LATENESS_FADES = 0.9;
const SLOW_ADDED_MS_MIN = 2;
const SLOW_FOR_MS = 700;

export class CauseWatch {
  readonly service: Service;
  /** To be added to what the pool reports to. */
  readonly tracker: CauseTracker;
  readonly #options: CauseWatchOptions;
  readonly #baseline: Baseline;
  readonly #plans: PlanKeeper;
  readonly #trouble: Trouble;
  readonly #verdicts: VerdictLog;
  readonly #inquiries = new Map<string, PlanInquiry | null | undefined>();
  #waiting: ReadonlyMap<number, number> = new Map();
  #sampledAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #stopListening: () => void = () => undefined;
  #tickedAtMs = 0;
  #loopDelayMs = 0;
  #judgedAtMs = 0;
  #quickenedAtMs = 0;
  #inquiredAtMs = Number.NEGATIVE_INFINITY;
  #fastAtMs = 0;
  #hasFailed = false;

  constructor(options: CauseWatchOptions) {
    const { clock, database, journal, logger } = options;
    this.#options = options;
    const nowMs = () => clock.monotonicMs();
    this.#baseline = new Baseline(nowMs());
    this.#plans = new PlanKeeper({ database, nowMs, onPlan: options.onPlan });
    this.#trouble = new Trouble(clock);
    const flips = new FlipInquiry({
      ...{ explain: options.explainPlanFlip, logger },
      onExplained: (verdict, sentence) => {
        this.#verdicts.add(verdict.id, sentence);
        options.onFlipExplained?.(verdict, sentence);
      },
    });
    this.#verdicts = new VerdictLog({
      instantOf: (ms) => this.#trouble.instantOf(ms),
      onNamed: (verdict) => {
        const { id, kind, sentence } = verdict;
        journal.note('verdict', sentence, { id, kind });
        void flips.ask(verdict);
      },
    });
    this.tracker = new CauseTracker({
      ...{ baseline: this.#baseline, nowMs },
      // Once the caller has sent what he took the connection for.
      onGranted: () => this.#timer && setImmediate(() => this.#plans.note(this.#leases())),
      onMoved: () => this.#options.sampler.hurry(),
    });
    this.service = { name: 'cause watch', start: async () => this.#start(), stop: async () => this.#stop() };
  }

  report(): CauseReport {
    const { isTrouble, since } = this.#trouble.state;
    const { current, recent } = this.#verdicts;
    return { state: isTrouble ? 'trouble' : 'calm', since, verdict: current, recent: [...recent] };
  }

  #start(): void {
    if (this.#timer) return;
    this.#stopListening = this.#options.sampler.onSample((sample) => this.#noteSample(sample));
    this.#tickedAtMs = this.#nowMs();
    this.#timer = setInterval(() => this.#tickGuarded(), TICK_MS);
    this.#timer.unref();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stopListening();
  }

  /** A fault in here must not become the server's, nor fill its log. */
  #tickGuarded(): void {
    try {
      this.#tick();
    } catch (error) {
      if (!this.#hasFailed) this.#options.logger.error({ err: toError(error) }, 'the watch for causes failed');
      this.#hasFailed = true;
    }
  }

  #tick(): void {
    const nowMs = this.#nowMs();
    this.#loopDelayMs = Math.max(nowMs - this.#tickedAtMs - TICK_MS, this.#loopDelayMs * LATENESS_FADES);
    this.#tickedAtMs = nowMs;
    const leases = this.#leases();
    const heldMs = this.#baseline.step(nowMs, this.#trouble.state.isTrouble);
    for (const lease of leases) {
      const state = holdStateOf(lease, this.#waiting);
      this.#baseline.held(keysOf(lease), state, Math.min(heldMs, nowMs - lease.acquiredAtMs));
    }
    this.#plans.note(leases);
    this.#lookAtLong(leases, nowMs);
    this.#step(leases, nowMs);
    if (this.#trouble.state.isTrouble) this.#inTrouble(leases, nowMs);
    else void this.#plans.keepOne((count) => this.#baseline.heaviest(count));
  }

  #step(leases: Lease[], nowMs: number): void {
    const { database, journal, sampler } = this.#options;
    const { lanes } = database.snapshot();
    const sources = { nowMs, leases, lanes, baseline: this.#baseline, waiting: this.#waiting };
    const signs: Sign[] = [...this.tracker.signs(nowMs), ...readSigns(sources)];
    const slow = this.#readSlow(leases, nowMs);
    if (slow) signs.push(slow);
    if (!this.#trouble.step(nowMs, signs)) return;
    if (this.#trouble.state.isTrouble) {
      journal.note('trouble_began', signs.map(({ sentence }) => sentence).join(' '), { sign: signs[0]?.name ?? null });
      sampler.hurry();
    } else {
      this.#verdicts.close(nowMs);
      this.#inquiries.clear();
      journal.note('trouble_ended', 'Nobody waits any more, and nothing piles up.');
    }
  }

  /** For a while without a break: one slow moment is none. */
  #readSlow(leases: Lease[], nowMs: number): Sign | undefined {
    if (nowMs - this.#judgedAtMs < JUDGE_EVERY_MS) return undefined;
    this.#judgedAtMs = nowMs;
    const { slowAddedMsMin = SLOW_ADDED_MS_MIN } = this.#options;
    const sign = readSlowSign(this.#picture(leases, nowMs).statements, slowAddedMsMin);
    if (!sign) this.#fastAtMs = nowMs;
    return nowMs - this.#fastAtMs >= SLOW_FOR_MS ? sign : undefined;
  }

  #inTrouble(leases: Lease[], nowMs: number): void {
    const { sampler } = this.#options;
    if (nowMs - this.#quickenedAtMs >= QUICKEN_EVERY_MS) {
      this.#quickenedAtMs = nowMs;
      sampler.quicken('trouble');
    }
    const { sinceMs } = this.#trouble.state;
    const hasSample = this.#sampledAtMs >= sinceMs || nowMs - sinceMs >= SAMPLE_PATIENCE_MS;
    if (hasSample) this.#judge(this.#picture(leases, nowMs));
  }

  #judge(picture: Picture): void {
    const { sampler, cores } = this.#options;
    const finding = findCause(picture, {
      baseline: this.#baseline,
      sample: sampler.latest,
      planOf: (statement) => this.#planOf(statement, picture.nowMs),
      connectFailure: this.tracker.connectFailure(picture.nowMs),
    });
    if (!finding) return;
    const body = tellFinding(finding, {
      ...{ picture, loopDelayMs: this.#loopDelayMs, cores: cores.count },
      textOf: (statement) => this.#plans.textOf(statement),
    });
    this.#verdicts.found(body, picture.nowMs, this.#trouble.state.sinceMs);
  }

  /** Asks for it once in a trouble, at most one a second. */
  #planOf({ leases, statement }: StatementPicture, nowMs: number): PlanInquiry | null | undefined {
    const known = this.#inquiries.get(statement);
    const hasAsked = this.#inquiries.has(statement);
    const sinceAskedMs = nowMs - this.#inquiredAtMs;
    // One that could not be had, as the server was short of breath, is asked for again.
    if (hasAsked && (known !== null || sinceAskedMs < ASK_AGAIN_MS)) return known;
    if (sinceAskedMs < INQUIRE_EVERY_MS) return known;
    this.#inquiredAtMs = nowMs;
    if (!hasAsked) this.#inquiries.set(statement, undefined);
    const sent = leases.running.find((lease) => lease.sent)?.sent;
    const { sinceMs } = this.#trouble.state;
    void this.#plans.inquire(statement, sent, sinceMs).then((inquiry) => {
      if (this.#trouble.state.sinceMs === sinceMs) this.#inquiries.set(statement, inquiry ?? null);
    });
    return known;
  }

  #picture(leases: Lease[], nowMs: number): Picture {
    const opening = this.tracker.opening(nowMs);
    return takePicture({ baseline: this.#baseline, leases, waiting: this.#waiting, nowMs, opening });
  }

  /** One sample for each statement that runs long: it may wait for a lock, and nobody else would tell. */
  #lookAtLong(leases: readonly Lease[], nowMs: number): void {
    const isNews = (lease: Lease) =>
      lease.isRunning && stateAgeMs(lease, nowMs) >= LOOK_AT_MS && this.#sampledAtMs < lease.statementAtMs;
    if (leases.some((lease) => lease.admitted.lane !== 'background' && isNews(lease))) this.#options.sampler.hurry();
  }

  #noteSample({ backends, tookMs }: ActivitySample): void {
    const atMs = this.#nowMs() - tookMs;
    this.#sampledAtMs = atMs;
    const waiting = new Map<number, number>();
    for (const { pid, waitEventType } of backends) if (waitEventType === 'Lock') waiting.set(pid, atMs);
    this.#waiting = waiting;
    if (this.#timer && this.#trouble.state.isTrouble) this.#tickGuarded();
  }

  #leases(): Lease[] {
    return this.#options.database.listLeases().filter(({ admitted }) => admitted.lane !== 'control');
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }
}
