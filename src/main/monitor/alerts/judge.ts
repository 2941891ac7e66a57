/**
 * Holds figures against rules, one reading after the other, with no clock and no database of its own: what it is given decides
 * what it says, so that a week can be judged in seconds, and the same week twice with the same outcome.
 */

import type { Reading } from '../samples/reading-hub.ts';
import { distanceOf, robustZ, type Usual } from './baseline.ts';
import type { BaselineBook } from './baseline-book.ts';
import { BurnMeter } from './burn.ts';
import { burnWindows } from './burn-rules.ts';
import { DerivedFigures } from './derived-figures.ts';
import { Detector, type Slot, SlotAverage, slotMsOf } from './detector.ts';
import { ImpactMeter } from './impact-meter.ts';
import { RecentLevel } from './recent-level.ts';
import { type AlertRuleDefinition, type Seen, thresholdOf } from './rule.ts';

export interface Finding extends Seen {
  readonly rule: AlertRuleDefinition;
  readonly atMs: number;
}

/** How far a rule was on its way, for whoever replays it with another threshold. */
export interface Evaluation {
  readonly rule: AlertRuleDefinition;
  readonly scope: string;
  readonly atMs: number;
  /** 1 is the threshold as shipped. */
  readonly score: number;
  /** Whether it would have been felt. */
  readonly isFelt: boolean;
}

export interface JudgeOptions {
  readonly baselines: BaselineBook;
  /** By what feedback has moved the threshold of a rule, for a scope. */
  readonly factorOf: (rule: AlertRuleDefinition, scope: string) => number;
  readonly onFinding: (finding: Finding, change: 'began' | 'holds' | 'ended') => void;
  readonly onEvaluated?: (evaluation: Evaluation) => void;
}

const BURN_EVERY_MS = 10_000;
/** So much of the last slots has to be beyond; baselines are noisier and are smoothed already. */
const parts = { limit: 0.8, baseline: 0.6, burn: 1, event: 1 } as const;
/** Silent again only well within the threshold. */
const clears = { limit: 0.9, baseline: 0.7, burn: 0.9, event: 1 } as const;
/** What hurts nobody is within the threshold, whatever it is. */
const UNFELT = 0.5;
const SCORE_MAX = 100;
const RATE_STALE_MS = 120_000;
/** More scopes of one rule than this are a mistake of whoever publishes them. */
const SCOPES_MAX = 500;

interface Step {
  readonly slot: Slot;
  readonly track: Track;
  readonly usual: Usual | undefined;
}

interface Track {
  readonly average: SlotAverage;
  /** What it was within the last hour, while nothing was told of it. */
  readonly recent: RecentLevel;
  readonly detector: Detector;
  last: Finding | undefined;
}

export class Judge {
  readonly burn = new BurnMeter();
  readonly #options: JudgeOptions;
  readonly #impact = new ImpactMeter();
  readonly #derived = new DerivedFigures();
  readonly #rates = new Map<string, { atMs: number; value: number }>();
  #rules = new Map<string, AlertRuleDefinition[]>();
  #burnRules: readonly AlertRuleDefinition[] = [];
  #rateNames: ReadonlySet<string> = new Set();
  readonly #tracks = new Map<string, Map<string, Track>>();
  #known: ReadonlyMap<string, AlertRuleDefinition> = new Map();
  #burntAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: JudgeOptions, rules: readonly AlertRuleDefinition[]) {
    this.#options = options;
    this.setRules(rules);
  }

  /** What a changed rule had said is over; what has stayed as it was goes on. */
  setRules(rules: readonly AlertRuleDefinition[]): void {
    const enabled = rules.filter(({ isEnabled, kind }) => isEnabled && kind !== 'event');
    this.#endTracksOf(enabled);
    const bySeries = new Map<string, AlertRuleDefinition[]>();
    for (const rule of enabled) {
      if (rule.kind === 'burn' || rule.series === null) continue;
      bySeries.set(rule.series, [...(bySeries.get(rule.series) ?? []), rule]);
    }
    this.#rules = bySeries;
    this.#burnRules = enabled.filter(({ kind }) => kind === 'burn');
    this.#rateNames = new Set(enabled.flatMap(({ gate }) => ('rate' in gate ? [gate.rate] : [])));
  }

  isHurting(nowMs: number): boolean {
    return this.#impact.isHurting(nowMs);
  }

  /** @param readings that were published together */
  observe(atMs: number, readings: readonly Reading[]): void {
    const derived = this.#derived.derive(atMs, readings);
    for (const list of [readings, derived]) {
      for (const { name, scope, value } of list) {
        this.#impact.add(atMs, name, scope, value);
        if (this.#rateNames.has(name)) this.#rates.set(`${name} ${scope}`, { atMs, value });
      }
    }
    for (const list of [readings, derived]) for (const reading of list) this.#judge(atMs, reading);
    this.#judgeBurn(atMs, derived);
  }

  /** Ends what nobody measures any more. To be called now and then. */
  tick(nowMs: number): void {
    for (const scopes of this.#tracks.values()) {
      for (const [scope, track] of scopes) {
        if (!track.detector.isStale(nowMs)) continue;
        this.#tell(track, track.detector.end());
        scopes.delete(scope);
      }
    }
  }

  #judge(atMs: number, { name, scope, value }: Reading): void {
    const rules = this.#rules.get(name);
    if (rules === undefined || !Number.isFinite(value)) return;
    let needsBaseline = false;
    let isOn = false;
    for (const rule of rules) {
      if (rule.scopes && !rule.scopes.includes(scope)) continue;
      const track = this.#trackOf(rule, scope);
      if (!track) continue;
      const slot = track.average.add(atMs, value);
      if (slot) this.#step(rule, scope, track, slot);
      needsBaseline ||= rule.kind === 'baseline';
      isOn ||= track.detector.isOn;
    }
    if (!needsBaseline) return;
    const isTrouble = isOn || this.isHurting(atMs);
    this.#options.baselines.learn(name, scope, { atMs, value, isTrouble });
  }

  #step(rule: AlertRuleDefinition, scope: string, track: Track, slot: Slot): void {
    const usual = rule.kind === 'baseline' ? this.#usualOf(rule, scope, slot.atMs) : undefined;
    if (rule.kind === 'baseline' && !usual) return;
    const score = scoreOf(rule, slot.value, usual);
    const isFelt = this.#isFelt(rule, scope, { slot, track, usual });
    if (!track.detector.isOn && !(isFelt && score >= 1)) track.recent.add(slot.atMs, slot.value);
    this.#options.onEvaluated?.({ rule, scope, atMs: slot.atMs, score, isFelt });
    const factor = rule.isHard ? 1 : this.#options.factorOf(rule, scope);
    const change = track.detector.step(slot.atMs, isFelt ? score / factor : Math.min(UNFELT, score / factor));
    if (change !== undefined || track.detector.isOn) {
      const threshold = rule.kind === 'limit' ? thresholdOf(rule, factor) : edgeOf(rule, factor, usual as Usual);
      track.last = { rule, scope, atMs: slot.atMs, value: slot.value, threshold, usual: usual?.median ?? Number.NaN };
    }
    this.#tell(track, change ?? (track.detector.isOn ? 'holds' : undefined));
  }

  #judgeBurn(atMs: number, derived: readonly Reading[]): void {
    const totalOf = (wanted: string) => derived.find(({ name }) => name === wanted)?.value;
    const requests = totalOf('http.requestsTotal');
    if (requests === undefined) return;
    this.burn.add(atMs, requests, totalOf('http.failedTotal') ?? 0);
    if (atMs - this.#burntAtMs < BURN_EVERY_MS) return;
    this.#burntAtMs = atMs;
    for (const rule of this.#burnRules) {
      const windows = burnWindows[rule.id];
      const track = windows && this.#trackOf({ ...rule, forSeconds: 0 }, '');
      if (!windows || !track) continue;
      const value = this.burn.rate(atMs, windows);
      const change = track.detector.step(atMs, value / rule.threshold);
      track.last = { rule, scope: '', atMs, value, threshold: rule.threshold, usual: Number.NaN };
      this.#tell(track, change ?? (track.detector.isOn ? 'holds' : undefined));
    }
  }

  #usualOf({ series }: AlertRuleDefinition, scope: string, atMs: number): Usual | undefined {
    return this.#options.baselines.usual(series ?? '', scope, atMs);
  }

  #isFelt(rule: AlertRuleDefinition, scope: string, { slot, track, usual }: Step): boolean {
    const { atMs, value } = slot;
    const { direction, gate, least, ratio, sudden } = rule;
    const median = usual?.median ?? 0;
    if (least !== undefined && value < least) return false;
    if (usual && ratio !== undefined) {
      if (direction === 'above' ? value < ratio * median : value > ratio * median) return false;
    }
    const recent = track.recent.value;
    if (sudden !== undefined && !track.detector.isOn) {
      if (direction === 'above' ? value < sudden * recent : value > sudden * recent) return false;
    }
    if (gate.by === 'users') return this.isHurting(atMs);
    if (gate.by === 'change') return Math.abs(value - median) >= gate.least;
    if (gate.by === 'none') return true;
    const rate = this.#rates.get(`${gate.rate} ${scope}`);
    if (!rate || atMs - rate.atMs > RATE_STALE_MS) return false;
    if (gate.by === 'count') return rate.value * 60 >= gate.perMinute;
    return gate.part * rate.value * 60 * ((value - median) / 1_000) >= gate.secondsPerMinute;
  }

  #trackOf(rule: AlertRuleDefinition, scope: string): Track | undefined {
    let scopes = this.#tracks.get(rule.id);
    if (!scopes) {
      scopes = new Map();
      this.#tracks.set(rule.id, scopes);
    }
    let track = scopes.get(scope);
    if (!track && scopes.size < SCOPES_MAX) {
      const { forSeconds, kind } = rule;
      const detector = new Detector({ forSeconds, part: parts[kind], clearBelow: clears[kind] });
      track = { average: new SlotAverage(slotMsOf(forSeconds)), recent: new RecentLevel(), detector, last: undefined };
      scopes.set(scope, track);
    }
    return track;
  }

  #tell({ last }: Track, change: 'began' | 'holds' | 'ended' | undefined): void {
    if (change !== undefined && last) this.#options.onFinding(last, change);
  }

  #endTracksOf(kept: readonly AlertRuleDefinition[]): void {
    for (const [id, scopes] of this.#tracks) {
      const rule = kept.find((one) => one.id === id);
      const before = this.#known.get(id);
      if (rule && before && isSame(before, rule)) continue;
      for (const track of scopes.values()) this.#tell(track, track.detector.end());
      this.#tracks.delete(id);
    }
    this.#known = new Map(kept.map((rule) => [rule.id, rule]));
  }
}

function isSame(one: AlertRuleDefinition, other: AlertRuleDefinition): boolean {
  const parts = ({ direction, forSeconds, series, threshold }: AlertRuleDefinition) =>
    [series, direction, threshold, forSeconds].join(' ');
  return parts(one) === parts(other);
}

/** How far on the way to the threshold as shipped. */
function scoreOf(
  { direction, kind, spreadMin = 0, threshold }: AlertRuleDefinition,
  value: number,
  usual?: Usual,
): number {
  if (kind === 'baseline' && usual) {
    const z = robustZ(value, usual, spreadMin);
    return (direction === 'above' ? z : -z) / threshold;
  }
  // Below: nothing left is as far beyond as can be. Above: a limit of zero is passed by anything that there is.
  if (direction === 'below') return value <= 0 ? SCORE_MAX : Math.min(SCORE_MAX, threshold / value);
  if (threshold <= 0) return value > threshold ? SCORE_MAX : 0;
  return Math.min(SCORE_MAX, value / threshold);
}

/** Where a baseline's threshold is at this hour, in the unit of the series. */
function edgeOf({ direction, spreadMin = 0, threshold }: AlertRuleDefinition, factor: number, usual: Usual): number {
  const distance = distanceOf(threshold * factor, usual, spreadMin);
  return direction === 'above' ? usual.median + distance : Math.max(0, usual.median - distance);
}
