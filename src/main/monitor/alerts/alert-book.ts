/**
 * From what rules find to what people are told. Signs of one trouble are one alert: rules of one family that fire together are
 * folded into it, and so is its cause, once it is known. An alert is over when all of its signs have been gone for a while, so
 * that a figure which flickers is told once.
 */

import { createId } from '../../foundation/tokens.ts';
import type { AlertRuleDefinition } from './rule.ts';
import type { Alert, Severity } from './schema.ts';

export type AlertChange = 'fired' | 'updated' | 'resolved';
export type AlertListener = (alert: Alert, change: AlertChange) => void;

/** What a rule, or a watch for events, has found. */
export interface Sign {
  readonly rule: AlertRuleDefinition;
  readonly scope: string;
  readonly atMs: number;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly sentence: string;
  /** What it is one of: a statement, a lock's holder, a replica; never a pid. */
  readonly group: string;
  /** Where it is graver, or lighter, than its rule says. */
  readonly severity?: Severity;
  /** It tells why, and the others only that; it speaks first. */
  readonly isCause?: boolean;
}

export interface AlertBookOptions {
  readonly settleMs: number;
  readonly onAlert: AlertListener;
  /** The sentence of the cause that is known at present, if one is. */
  readonly readCause?: () => string | null;
  /** The incident that is open, if one is. */
  readonly readIncident?: () => string | null;
  /** Something was added to an alert of which nobody has to be told anew. */
  readonly onAmended?: (alert: Alert) => void;
}

interface Member {
  sign: Sign;
  /** NaN while it holds. */
  endedAtMs: number;
}

interface Open {
  alert: Alert;
  family: string;
  readonly members: Map<string, Member>;
  causeTold: string | null;
}

const graveness: Record<Severity, number> = { note: 0, ticket: 1, page: 2 };
const RECENT_MAX = 500;
const PATIENCE_MAX_MS = 900_000;

export class AlertBook {
  readonly #options: AlertBookOptions;
  readonly #open: Open[] = [];
  #recent: Alert[] = [];

  constructor(options: AlertBookOptions) {
    this.#options = options;
  }

  /** What fires now, the gravest first, then the newest. */
  firing(): Alert[] {
    return this.#open
      .map(({ alert }) => alert)
      .sort((a, b) => graveness[b.severity] - graveness[a.severity] || b.startedAt.localeCompare(a.startedAt));
  }

  /** Those that are over, newest first, as far back as five hundred. */
  get recent(): readonly Alert[] {
    return this.#recent;
  }

  /** What an earlier process told of, newest first. */
  remember(alerts: readonly Alert[]): void {
    this.#recent = [...this.#recent, ...alerts].slice(0, RECENT_MAX);
  }

  began(sign: Sign): void {
    const known = this.#holderOf(sign);
    if (known) {
      this.#addTo(known, sign);
      return;
    }
    const open = createOpen(sign);
    this.#open.push(open);
    this.#options.onAlert(open.alert, 'fired');
    this.#tellCause(open);
  }

  /** It goes on; the figure may be another by now. */
  holds(sign: Sign): void {
    const open = this.#open.find(({ members }) => members.has(keyOf(sign)));
    const member = open?.members.get(keyOf(sign));
    if (!open || !member) {
      this.began(sign);
      return;
    }
    member.endedAtMs = Number.NaN;
    member.sign = sign;
    const lead = leadOf(open);
    if (lead === sign) open.alert = { ...open.alert, value: sign.value, threshold: sign.threshold };
    if (graveness[severityOf(sign)] > graveness[open.alert.severity]) this.#escalate(open, sign);
    this.#tellCause(open);
  }

  ended(ruleId: string, scope: string, atMs: number): void {
    const key = keyOf({ rule: { id: ruleId }, scope });
    for (const { members } of this.#open) {
      const member = members.get(key);
      if (member && Number.isNaN(member.endedAtMs)) member.endedAtMs = atMs;
    }
  }

  /** Closes what has been over for long enough. To be called each second or so. */
  tick(nowMs: number): void {
    this.#attachIncident();
    for (const open of [...this.#open]) {
      const ends = [...open.members.values()].map(({ endedAtMs }) => endedAtMs);
      // NaN, where one still holds, makes the maximum NaN.
      const lastMs = Math.max(...ends);
      if (nowMs - lastMs >= this.#options.settleMs) this.#resolve(open, lastMs);
      else this.#tellCause(open);
    }
  }

  /** What an earlier process left firing: it goes on where its rule says so again soon, and is over where not. */
  adopt(alerts: readonly Alert[], ruleOf: (id: string) => AlertRuleDefinition | undefined, nowMs: number): void {
    for (const alert of alerts) {
      const rule = ruleOf(alert.ruleId);
      if (!rule || this.#open.some((open) => open.alert.id === alert.id)) continue;
      const { group, scope, sentence, threshold, value } = alert;
      const sign: Sign = { rule, scope, atMs: nowMs, value, threshold, sentence, group };
      // The same may have fired anew while what was before had not been read yet: then the old one has ended with its process.
      if (this.#holderOf(sign)) this.#options.onAlert({ ...alert, ...resolved(nowMs) }, 'resolved');
      else
        this.#open.push({
          ...createOpen(sign),
          alert,
          members: new Map([[keyOf(sign), { sign, endedAtMs: nowMs + patienceMs(rule) }]]),
        });
    }
  }

  /** Changes what is known of an alert, such as its incident or what an operator said of it. */
  amend(id: string, change: Partial<Pick<Alert, 'incidentId' | 'feedback'>>): Alert | undefined {
    const open = this.#open.find(({ alert }) => alert.id === id);
    if (open) {
      open.alert = { ...open.alert, ...change };
      return open.alert;
    }
    const index = this.#recent.findIndex((alert) => alert.id === id);
    const alert = this.#recent[index];
    if (!alert) return undefined;
    const amended = { ...alert, ...change };
    this.#recent = this.#recent.with(index, amended);
    return amended;
  }

  /** Ends at once what a rule says that was switched off or deleted. */
  drop(ruleId: string, nowMs: number): void {
    for (const open of [...this.#open]) {
      for (const [key, { sign }] of open.members) if (sign.rule.id === ruleId) open.members.delete(key);
      if (open.members.size === 0) this.#resolve(open, nowMs);
    }
  }

  #holderOf(sign: Sign): Open | undefined {
    return (
      this.#open.find(({ members }) => members.has(keyOf(sign))) ??
      this.#open.find(
        ({ alert, family }) => family === familyOf(sign) && (isShared(family) || alert.group === sign.group),
      )
    );
  }

  #addTo(open: Open, sign: Sign): void {
    const key = keyOf(sign);
    const member = open.members.get(key);
    const before = open.alert;
    open.members.set(key, { sign, endedAtMs: Number.NaN });
    const severity = severityOf(sign);
    const isGraver = graveness[severity] > graveness[before.severity];
    const count = member && !Number.isNaN(member.endedAtMs) ? before.count : before.count + (member ? 0 : 1);
    const lead = leadOf(open);
    open.alert = {
      ...before,
      ...{ count, severity: isGraver ? severity : before.severity },
      ...(lead.isCause ? { group: lead.group, sentence: lead.sentence } : {}),
    };
    const isNews = isGraver || open.alert.sentence !== before.sentence || open.alert.count !== before.count;
    if (isNews) this.#options.onAlert(open.alert, 'updated');
  }

  /** What fires for users while an incident is open is part of it. */
  #attachIncident(): void {
    const loose = this.#open.filter(({ alert, family }) => alert.incidentId === null && isShared(family));
    const incidentId = loose.length === 0 ? null : (this.#options.readIncident?.() ?? null);
    if (incidentId === null) return;
    for (const open of loose) {
      open.alert = { ...open.alert, incidentId };
      this.#options.onAmended?.(open.alert);
    }
  }

  /** What was by itself until now begins to hurt users: from then on it is one with whatever else does. */
  #escalate(open: Open, sign: Sign): void {
    const family = familyOf(sign);
    const other = this.#open.find((one) => one !== open && one.family === family && isShared(family));
    if (!other) {
      open.family = family;
      this.#addTo(open, sign);
      return;
    }
    open.members.delete(keyOf(sign));
    this.#addTo(other, sign);
    if (open.members.size === 0) this.#resolve(open, sign.atMs);
  }

  /** Says once why it is so, as soon as that is known. */
  #tellCause(open: Open): void {
    if (!isShared(open.family)) return;
    const cause = this.#options.readCause?.() ?? null;
    if (cause === null || open.causeTold !== null || open.alert.sentence.includes(cause)) return;
    open.causeTold = cause;
    open.alert = { ...open.alert, sentence: `${open.alert.sentence} ${cause}` };
    this.#options.onAlert(open.alert, 'updated');
  }

  #resolve(open: Open, atMs: number): void {
    this.#open.splice(this.#open.indexOf(open), 1);
    const alert: Alert = { ...open.alert, ...resolved(atMs) };
    this.#recent = [alert, ...this.#recent].slice(0, RECENT_MAX);
    this.#options.onAlert(alert, 'resolved');
  }
}

/** Before a rule can say again that it still holds, its time has to pass anew. */
const patienceMs = ({ forSeconds }: AlertRuleDefinition) => Math.min(PATIENCE_MAX_MS, forSeconds * 1_000);

const resolved = (atMs: number) => ({ state: 'resolved' as const, resolvedAt: new Date(atMs).toISOString() });

const keyOf = ({ rule, scope }: { rule: { id: string }; scope: string }) => `${rule.id} ${scope}`;

const severityOf = (sign: Sign): Severity => sign.severity ?? sign.rule.severity;

/** Whatever hurts users belongs together: a lock, the queue behind it, and the requests that fail of it. */
const familyOf = (sign: Sign): string => (sign.isCause && severityOf(sign) === 'page' ? 'users' : sign.rule.family);

/** In these families all signs at one time are of one trouble, whatever their scope. */
const isShared = (family: string): boolean => family === 'users' || family === 'log-in' || family === 'disk';

function leadOf({ members }: Open): Sign {
  const signs = [...members.values()].map(({ sign }) => sign);
  return signs.find(({ isCause }) => isCause) ?? (signs[0] as Sign);
}

function createOpen(sign: Sign): Open {
  const { atMs, group, rule, scope, sentence, threshold, value } = sign;
  const alert: Alert = {
    ...{ id: createId(), ruleId: rule.id, ruleName: rule.name, severity: severityOf(sign), scope, group },
    ...{ state: 'firing', sentence, startedAt: new Date(atMs).toISOString(), resolvedAt: null },
    ...{
      value: finite(value),
      threshold: finite(threshold),
      unit: rule.unit,
      count: 1,
      incidentId: null,
      feedback: null,
    },
  };
  const members = new Map([[keyOf(sign), { sign, endedAtMs: Number.NaN }]]);
  return { alert, family: familyOf(sign), members, causeTold: null };
}

/** JSON knows no infinity. */
const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);
