/**
 * Verdicts as they are told: one while the trouble lasts, kept up to date, and those that are over. Another kind replaces the
 * present one only when it has been found for a while, so that what comes in the wake of a cause is not taken for it.
 */

import type { Verdict, VerdictKind } from './schema.ts';
import type { VerdictBody } from './sentences.ts';

const RECENT_MAX = 20;
/** So long after it was first named, a verdict may still sharpen into another kind. */
const SHARPENS_FOR_MS = 10_000;
/** For how long another kind has to be found: at once where the present one is only likely. */
const SHARPEN_AFTER_MS = 1_000;
const REPLACE_AFTER_MS = 3_000;

export interface VerdictLogOptions {
  /** ISO 8601 of a moment of the monotonic clock. */
  instantOf: (monotonicMs: number) => string;
  /** Told of each kind when it is first named. */
  onNamed: (verdict: Verdict) => void;
}

export class VerdictLog {
  readonly #options: VerdictLogOptions;
  #current: Verdict | undefined;
  #namedAtMs = 0;
  #rival: { kind: VerdictKind; sinceMs: number } | undefined;
  #recent: Verdict[] = [];
  #count = 0;
  /** What was found out of a verdict after it was named. */
  #further: { id: string; sentence: string } | undefined;

  constructor(options: VerdictLogOptions) {
    this.#options = options;
  }

  get current(): Verdict | null {
    return this.#current ? this.#withFurther(this.#current) : null;
  }

  /** Newest first. */
  get recent(): readonly Verdict[] {
    return this.#recent;
  }

  /** @param detectedAtMs when the trouble began */
  found(body: VerdictBody, nowMs: number, detectedAtMs: number): void {
    const current = this.#current;
    if (!current) {
      this.#open(body, nowMs, detectedAtMs);
      return;
    }
    if (current.kind === body.kind) {
      this.#rival = undefined;
      this.#current = { ...current, ...keepCaller(body, current) };
      return;
    }
    if (this.#rival?.kind !== body.kind) this.#rival = { kind: body.kind, sinceMs: nowMs };
    const foundForMs = nowMs - this.#rival.sinceMs;
    // What is left of a cause that ends, its last callers whose plan nobody could ask for, makes it no less certain.
    const isWeaker = current.confidence === 'certain' && body.confidence === 'likely';
    if (nowMs - this.#namedAtMs < SHARPENS_FOR_MS && !isWeaker) {
      if (current.confidence === 'certain' && foundForMs < SHARPEN_AFTER_MS) return;
      this.#name({ ...current, ...body }, nowMs);
    } else if (foundForMs >= REPLACE_AFTER_MS) {
      this.close(nowMs);
      this.#open(body, nowMs, nowMs - foundForMs);
    }
  }

  /** A further piece of evidence, which took its time; the verdict may be over by now. */
  add(id: string, sentence: string): void {
    this.#further = { id, sentence };
    this.#recent = this.#recent.map((one) => this.#withFurther(one));
  }

  #withFurther(verdict: Verdict): Verdict {
    const further = this.#further;
    if (further?.id !== verdict.id || verdict.evidence.includes(further.sentence)) return verdict;
    return { ...verdict, evidence: [...verdict.evidence, further.sentence] };
  }

  close(nowMs: number): void {
    if (!this.#current) return;
    const closed: Verdict = { ...this.#withFurther(this.#current), closedAt: this.#options.instantOf(nowMs) };
    this.#recent = [closed, ...this.#recent].slice(0, RECENT_MAX);
    this.#current = undefined;
    this.#rival = undefined;
  }

  #open(body: VerdictBody, nowMs: number, detectedAtMs: number): void {
    this.#count += 1;
    const { instantOf } = this.#options;
    const detectedAt = instantOf(detectedAtMs);
    this.#name({ ...body, id: `v${this.#count}`, detectedAt, namedAt: detectedAt, closedAt: null }, nowMs);
  }

  #name(verdict: Verdict, nowMs: number): void {
    this.#namedAtMs = nowMs;
    this.#rival = undefined;
    this.#current = { ...verdict, namedAt: this.#options.instantOf(nowMs) };
    this.#options.onNamed(this.#current);
  }
}

/** Those who called are told also while, for a moment, none of them holds a connection. */
function keepCaller(body: VerdictBody, current: Verdict): VerdictBody {
  return body.caller.routes.length === 0 ? { ...body, caller: current.caller } : body;
}
