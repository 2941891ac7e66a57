/** One incident while this server watches it: when it began, who is hurt, what was said of the cause, since when it is quiet. */

import type { Verdict } from '../cause/schema.ts';
import type { ImpactSecond } from '../impact/impact-second.ts';
import { ImpactSpan } from '../impact/impact-span.ts';
import type { IncidentSummary } from './schema.ts';
import { titleOf } from './title.ts';

export interface IncidentStart {
  id: string;
  /** Wall clock, milliseconds. */
  openedAtMs: number;
  detectedAtMs: number;
  /** Null where it opened by itself. */
  openedBy: string | null;
  /** As an operator, or the alert that it began with, has named it. */
  given: string | null;
}

const VERDICTS_MAX = 10;
/** So long after the last who was hurt it is said to be contained. */
const CONTAINED_AFTER_MS = 10_000;

export class Incident {
  readonly id: string;
  readonly openedBy: string | null;
  readonly span = new ImpactSpan();
  readonly #verdicts = new Map<string, Verdict>();
  readonly #given: string | null;
  openedAtMs: number;
  detectedAtMs: number;
  /** 0 until the database has given it one. */
  number = 0;
  closedAtMs: number | undefined;
  /** The operator who has closed it. */
  closedBy: string | null = null;
  /** The database knows that it is closed. */
  isCloseSaved = false;
  hasPostmortem = false;
  /** It has been written since it last changed. */
  isSaved = false;
  /** When what this server saw of it was written last: wall clock, milliseconds. */
  shareSavedAtMs = Number.NEGATIVE_INFINITY;
  /** Another server opened it; this one joined. */
  isJoined = false;
  /** Hurt as others saw it. */
  usersHurtElsewhere = 0;
  worstRoute: string | null = null;
  #lastHurtAtMs: number | undefined;
  /** The last moment at which it was not quiet. */
  unquietAtMs: number;

  constructor({ detectedAtMs, given, id, openedAtMs, openedBy }: IncidentStart) {
    this.id = id;
    this.openedAtMs = openedAtMs;
    this.detectedAtMs = detectedAtMs;
    this.openedBy = openedBy;
    this.#given = given;
    this.unquietAtMs = detectedAtMs;
  }

  /** Named by an operator, or by the alert that it began with. */
  get isNamed(): boolean {
    return this.#given !== null;
  }

  add(second: ImpactSecond): void {
    if (second.failed + second.slow > 0) this.#lastHurtAtMs = second.atMs;
    if (second.requests > 0) this.isSaved = false;
    this.span.add(second);
  }

  /** Keeps of each what was said when it weighed most: at its end there is little to be seen. */
  noteVerdict(verdict: Verdict): void {
    const known = this.#verdicts.get(verdict.id);
    if (!known && this.#verdicts.size >= VERDICTS_MAX) return;
    const isLess = known?.kind === verdict.kind && weightOf(known) > weightOf(verdict);
    this.#verdicts.set(verdict.id, isLess ? { ...known, closedAt: verdict.closedAt } : verdict);
    this.isSaved = false;
  }

  get verdicts(): readonly Verdict[] {
    return [...this.#verdicts.values()];
  }

  /** When nobody more was hurt; undefined as long as that may change at any moment. */
  containedAtMs(nowMs: number): number | undefined {
    const last = this.#lastHurtAtMs;
    if (last === undefined) return this.closedAtMs;
    return nowMs - last >= CONTAINED_AFTER_MS || this.closedAtMs !== undefined ? last + 1_000 : undefined;
  }

  summary(nowMs: number): IncidentSummary {
    const verdict = mainVerdict(this.verdicts, nowMs);
    const usersHurt = Math.max(this.span.usersHurt, this.usersHurtElsewhere);
    const contained = this.containedAtMs(nowMs);
    const named = this.verdicts.map(({ namedAt }) => Date.parse(namedAt)).sort((a, b) => a - b)[0];
    return {
      id: this.id,
      number: Math.max(1, this.number),
      state: this.closedAtMs === undefined ? 'open' : 'closed',
      title: titleOf({ usersHurt, verdict, worstRoute: this.worstRoute, given: this.#given }),
      openedAt: instantOf(this.openedAtMs),
      detectedAt: instantOf(this.detectedAtMs),
      namedAt: named === undefined ? null : instantOf(Math.max(named, this.openedAtMs)),
      containedAt: contained === undefined ? null : instantOf(Math.max(contained, this.openedAtMs)),
      closedAt: this.closedAtMs === undefined ? null : instantOf(this.closedAtMs),
      usersHurt,
      verdictKind: verdict?.kind ?? null,
      hasPostmortem: this.hasPostmortem,
    };
  }
}

/** Connections that it holds beyond what is usual. */
function weightOf({ terms }: Verdict): number {
  return Object.values(terms).reduce((sum, term) => sum + Math.max(0, term), 0);
}

/** Each server counts its verdicts from one. */
export function keyOf({ detectedAt, id }: Verdict): string {
  return `${detectedAt} ${id}`;
}

export function instantOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** The verdict that explains most of it: the one that held longest, and of two alike the one that was certain. */
export function mainVerdict(verdicts: readonly Verdict[], nowMs: number): Verdict | null {
  const heldMs = ({ closedAt, detectedAt }: Verdict) =>
    (closedAt === null ? nowMs : Date.parse(closedAt)) - Date.parse(detectedAt);
  const certainty = ({ confidence }: Verdict) => (confidence === 'certain' ? 1 : 0);
  const sorted = [...verdicts].sort((a, b) => heldMs(b) - heldMs(a) || certainty(b) - certainty(a));
  return sorted[0] ?? null;
}
