/**
 * Opens an incident when users are hurt, or when an alert that pages fires while users are there; keeps one for as long as it lasts;
 * closes it when calm has held. It decides once a second, from memory alone.
 */

import type { Clock } from '../../foundation/clock.ts';
import { createId } from '../../foundation/tokens.ts';
import type { Alert } from '../alerts/schema.ts';
import type { CauseReport } from '../cause/schema.ts';
import type { ImpactMeter } from '../impact/impact-meter.ts';
import type { ImpactSecond } from '../impact/impact-second.ts';
import { type Hurt, HurtGate } from './hurt-gate.ts';
import { Incident } from './incident.ts';
import type { Timeline } from './timeline.ts';

export interface IncidentWatchOptions {
  clock: Clock;
  timeline: Pick<Timeline, 'note'>;
  meter: Pick<ImpactMeter, 'seconds' | 'users'>;
  cause: () => CauseReport;
  /** How long nobody may have been hurt before it closes. */
  calmMs: number;
  /** No request is seen here: an alert that pages opens an incident whether or not users are known to be there. */
  isBlind?: boolean;
  onOpened: (incident: Incident) => void;
  onClosed: (incident: Incident) => void;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** A trouble that goes on without hurting anybody keeps an incident open for so long, and no longer. */
const TROUBLE_KEEPS_OPEN_MS = 15 * MINUTE_MS;
const TROUBLE_BEFORE_MS = 5 * MINUTE_MS;
const RECENT_MAX = 20;
/** The curve goes on for so long after its end. */
const TRAIL_MS = MINUTE_MS;

export class IncidentWatch {
  readonly #options: IncidentWatchOptions;
  readonly #gate = new HurtGate();
  readonly #paging = new Map<string, Alert>();
  #current: Incident | undefined;
  /** Closed while this server ran, newest first. */
  #recent: Incident[] = [];
  #closedAtMs = 0;
  #toldHurt = 0;
  #isContainedTold = false;

  constructor(options: IncidentWatchOptions) {
    this.#options = options;
  }

  get current(): Incident | undefined {
    return this.#current;
  }

  get recent(): readonly Incident[] {
    return this.#recent;
  }

  find(id: string): Incident | undefined {
    return this.#current?.id === id ? this.#current : this.#recent.find((one) => one.id === id);
  }

  onSecond(second: ImpactSecond): void {
    this.#gate.add(second);
    const report = this.#options.cause();
    const hurt = this.#gate.read(report.state === 'trouble');
    if (!this.#current && hurt) this.#open(this.#startOf(hurt, report));
    else this.#current?.add(second);
    if (this.#current) this.#follow(this.#current, hurt, report);
    const nowMs = this.#nowMs();
    for (const one of this.#recent) {
      if (nowMs - (one.closedAtMs ?? 0) > TRAIL_MS) continue;
      one.span.addPoint(second);
      one.isSaved = false;
    }
  }

  noteAlert(alert: Alert, change: 'fired' | 'updated' | 'resolved'): void {
    if (change === 'resolved') this.#paging.delete(alert.id);
    if (change === 'resolved' || alert.severity !== 'page' || !isOfNow(alert)) return;
    this.#paging.set(alert.id, alert);
    if (this.#current || change !== 'fired') return;
    if (!this.#options.isBlind && this.#options.meter.users().active === 0) return;
    const nowMs = this.#nowMs();
    this.#open({ openedAtMs: Math.min(nowMs, Date.parse(alert.startedAt)), openedBy: null, given: alert.sentence });
  }

  /** By an operator; it stays open until one closes it. */
  openByHand(title: string, userId: string): Incident {
    return this.#open({ openedAtMs: this.#nowMs(), openedBy: userId, given: title });
  }

  /** Goes on with one that is open in the database: of another server, or of this one before it was started anew. */
  join({ id, number, openedAt, openedBy, title, usersHurt }: JoinedIncident): Incident {
    const openedAtMs = openedAt.getTime();
    const own = this.#current;
    const joined = new Incident({ id, openedAtMs, detectedAtMs: openedAtMs, openedBy, given: title });
    Object.assign(joined, { number, isJoined: true, usersHurtElsewhere: usersHurt });
    joined.unquietAtMs = own?.unquietAtMs ?? this.#nowMs();
    const fromMs = own?.openedAtMs ?? this.#nowMs();
    for (const second of this.#options.meter.seconds()) if (second.atMs >= fromMs) joined.add(second);
    for (const verdict of own?.verdicts ?? []) joined.noteVerdict(verdict);
    this.#current = joined;
    return joined;
  }

  close(incident: Incident, sentence: string, by: string | null = null): void {
    const nowMs = this.#nowMs();
    incident.closedAtMs ??= nowMs;
    incident.closedBy = by;
    incident.isSaved = false;
    if (this.#current === incident) this.#current = undefined;
    this.#closedAtMs = nowMs;
    // Who goes on being hurt is a new one from now on, and not from when this one began.
    if (by !== null) this.#gate.clear();
    this.#recent = [incident, ...this.#recent].slice(0, RECENT_MAX);
    this.#options.timeline.note({ kind: 'closed', sentence, by, details: { incident: incident.id } });
    this.#options.onClosed(incident);
  }

  /** It turned out to be a part of another one, and is over. */
  forget(incident: Incident): void {
    this.#recent = this.#recent.filter((one) => one !== incident);
  }

  /** Nobody is hurt, and nothing says that somebody is about to be. */
  isQuiet(incident: Incident): boolean {
    return this.#nowMs() - incident.unquietAtMs >= this.#options.calmMs;
  }

  #startOf({ firstAtMs, users, worstRoute }: Hurt, { since, state }: CauseReport): Start {
    const sinceMs = Date.parse(since);
    const isRecent = state === 'trouble' && firstAtMs - sinceMs < TROUBLE_BEFORE_MS;
    return {
      openedAtMs: isRecent ? Math.min(firstAtMs, sinceMs) : firstAtMs,
      // The guard knew of it before anybody was hurt.
      ...(isRecent ? { detectedAtMs: sinceMs } : {}),
      openedBy: null,
      given: null,
      users,
      worstRoute,
    };
  }

  #open({ given, openedBy, users = 0, worstRoute = null, ...start }: Start): Incident {
    const { cause, meter, onOpened, timeline } = this.#options;
    const openedAtMs = Math.max(start.openedAtMs, this.#closedAtMs);
    const nowMs = Math.max(openedAtMs, this.#nowMs());
    const incident = new Incident({
      id: createId(),
      ...{ openedAtMs, openedBy, given },
      detectedAtMs: Math.max(openedAtMs, start.detectedAtMs ?? nowMs),
    });
    incident.worstRoute = worstRoute;
    incident.unquietAtMs = nowMs;
    this.#noteVerdicts(incident, cause(), nowMs);
    for (const second of meter.seconds()) {
      if (second.atMs >= openedAtMs - SECOND_MS) incident.add(second);
      else if (second.atMs >= openedAtMs - MINUTE_MS) incident.span.addPoint(second);
    }
    this.#current = incident;
    this.#toldHurt = 0;
    this.#isContainedTold = false;
    const { title } = incident.summary(nowMs);
    const by = openedBy === null ? 'An incident opens by itself' : 'An operator opens an incident';
    const details = { incident: incident.id, usersHurt: users };
    timeline.note({ kind: 'opened', sentence: `${by}: ${title}.`, by: openedBy, details, atMs: nowMs });
    onOpened(incident);
    return incident;
  }

  #follow(incident: Incident, hurt: Hurt | undefined, report: CauseReport): void {
    const nowMs = this.#nowMs();
    this.#noteVerdicts(incident, report, nowMs);
    if (hurt) incident.worstRoute = hurt.worstRoute ?? incident.worstRoute;
    const hurtAgoMs = nowMs - (this.#gate.lastHurtAtMs ?? incident.detectedAtMs);
    const isHeldOpen = report.state === 'trouble' && hurtAgoMs < TROUBLE_KEEPS_OPEN_MS;
    if (this.#paging.size > 0 || isHeldOpen) incident.unquietAtMs = nowMs;
    // Of the window the last second in which anybody was hurt, so that calm is counted from there.
    else if (hurt) incident.unquietAtMs = Math.max(incident.unquietAtMs, (this.#gate.lastHurtAtMs ?? 0) + SECOND_MS);
    this.#tellHurt(incident, nowMs);
    if (incident.closedAtMs !== undefined) {
      this.close(incident, 'The incident was closed on another server.');
    } else if (incident.openedBy === null && this.isQuiet(incident)) {
      this.close(incident, this.#closingWords(incident));
    }
  }

  #noteVerdicts(incident: Incident, { recent, verdict: current }: CauseReport, nowMs: number): void {
    for (const verdict of [...recent, ...(current ? [current] : [])]) {
      const endedMs = verdict.closedAt === null ? nowMs : Date.parse(verdict.closedAt);
      if (endedMs >= incident.openedAtMs - MINUTE_MS) incident.noteVerdict(verdict);
    }
  }

  /** At the first, at each doubling, and when it is over. */
  #tellHurt(incident: Incident, nowMs: number): void {
    const { timeline } = this.#options;
    const { failed, requests, usersHurt } = incident.span.impact();
    if (usersHurt > 0 && usersHurt >= 2 * this.#toldHurt) {
      const most = incident.worstRoute === null ? '' : `, most by ${incident.worstRoute}`;
      const who = usersHurt === 1 ? 'One user has been hurt' : `${usersHurt} users have been hurt`;
      const sentence = `${who}${most}; ${failed} of ${requests} requests failed.`;
      timeline.note({ kind: 'users_hurt', sentence, details: { usersHurt, failed, requests } });
      this.#toldHurt = usersHurt;
    }
    const containedAtMs = incident.containedAtMs(nowMs);
    if (containedAtMs === undefined) this.#isContainedTold = false;
    else if (!this.#isContainedTold && usersHurt > 0) {
      this.#isContainedTold = true;
      const sentence = 'From here on nobody more was hurt.';
      timeline.note({ kind: 'users_hurt', sentence, details: { usersHurt }, atMs: containedAtMs });
    }
  }

  #closingWords(incident: Incident): string {
    const { failed, requests, usersHurt, usersSeen } = incident.span.impact();
    const calm = `The incident closes by itself: calm has held for ${Math.round(this.#options.calmMs / 1000)} s.`;
    if (requests === 0) return calm;
    return `${calm} ${usersHurt} of ${usersSeen} users were hurt, and ${failed} of ${requests} requests failed.`;
  }

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }
}

/** The error budget looks back over hours, and an incident's own alert over itself: neither says that users are hurt now. */
function isOfNow({ ruleId }: Alert): boolean {
  return !ruleId.startsWith('budget-') && ruleId !== 'users-hurt';
}

interface Start {
  detectedAtMs?: number;
  openedAtMs: number;
  openedBy: string | null;
  given: string | null;
  users?: number;
  worstRoute?: string | null;
}

export interface JoinedIncident {
  id: string;
  number: number;
  openedAt: Date;
  openedBy: string | null;
  title: string;
  usersHurt: number;
}
