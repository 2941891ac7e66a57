/**
 * Sees to it that every channel has been told of every alert that concerns it, once, and of its end. It compares what holds with
 * what was said, again and again, so that a silence that ends, a channel that is made or switched on, and a server that starts
 * anew need no care of their own.
 */

import type { Clock } from '../../../foundation/clock.ts';
import { createId } from '../../../foundation/tokens.ts';
import type { Alert, Severity } from '../schema.ts';
import { type ChannelDefinition, rankOf } from './channel.ts';
import type { DeliveryRecord } from './delivery-log.ts';
import { type Job, Outlet, type Pacing } from './outlet.ts';
import type { Silence } from './schema.ts';
import type { Message, MessageChange, Sender } from './senders/sender.ts';
import { findSilence } from './silence.ts';

export type AlertChange = 'fired' | 'updated' | 'resolved';

export interface CourierOptions {
  channels: () => readonly ChannelDefinition[];
  silences: () => readonly Silence[];
  senderOf: (channel: ChannelDefinition) => Sender;
  log: { put(record: DeliveryRecord): void };
  clock: Clock;
  pacing: Pacing;
  appName: string;
  link: string;
}

/** Alertmanager holds an alert for four minutes after it has heard of it. */
const REPEAT_EVERY_MS = 60_000;
/** How long the end of an alert may still have to be told of. */
const RESOLVED_KEPT_MS = 3 * 3_600_000;
const RESOLVED_MAX = 1_000;
const TOLD_MAX = 10_000;

export class Courier {
  readonly #options: CourierOptions;
  readonly #outlets = new Map<string, Outlet>();
  readonly #firing = new Map<string, Alert>();
  readonly #resolved = new Map<string, { alert: Alert; atMs: number }>();
  /** By channel and alert: with what urgency it was last told of. */
  readonly #told = new Map<string, Severity>();
  /** What need not be tried again as it stands: given up, or noted as silenced. */
  readonly #settled = new Map<string, { state: 'failed' | 'silenced'; severity: Severity }>();
  readonly #repeatedAtMs = new Map<string, number>();
  #isReady = false;

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** Whether it knows what was said before, or goes on without. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Takes an alert and returns at once. Nothing here waits for the database. */
  notify(alert: Alert, change: AlertChange): void {
    if (change === 'resolved' || alert.state === 'resolved') {
      this.#firing.delete(alert.id);
      this.#resolved.set(alert.id, { alert, atMs: this.#options.clock.monotonicMs() });
    } else {
      this.#firing.set(alert.id, alert);
    }
    for (const channel of this.#options.channels()) this.#reconcile(channel, alert);
  }

  /** What an earlier start has said, oldest first. Until it is known nothing is sent, lest it be said twice. */
  restore(records: readonly DeliveryRecord[]): void {
    for (const record of records) {
      if (record.alertId === null || record.change === 'test') continue;
      if (record.state === 'delivered') this.#noteTold(record.channelId, record.alertId, record);
    }
    this.#isReady = true;
    for (const record of records) this.#resume(record);
    this.tick();
  }

  /** Once a second or so: silences begin and end, channels come and go, some receivers want to hear again. */
  tick(): void {
    if (!this.#isReady) return;
    this.#forgetOld();
    for (const channel of this.#options.channels()) {
      for (const alert of this.#firing.values()) this.#reconcile(channel, alert);
      for (const { alert } of this.#resolved.values()) this.#reconcile(channel, alert);
      this.#repeat(channel);
    }
  }

  /** Deliveries of a channel that are under way, or will be tried again. */
  waiting(channelId: string): number {
    return this.#outlets.get(channelId)?.waiting ?? 0;
  }

  get firing(): readonly Alert[] {
    return [...this.#firing.values()];
  }

  toMessage(id: string, change: MessageChange, alert: Alert): Message {
    const { appName, clock, link } = this.#options;
    return { id, change, alert, appName, link, atMs: clock.nowMs() };
  }

  stop(): void {
    for (const outlet of this.#outlets.values()) outlet.stop();
  }

  #reconcile(channel: ChannelDefinition, alert: Alert): void {
    if (!this.#isReady) return;
    const outlet = this.#outletOf(channel.id);
    const isOver = !this.#firing.has(alert.id);
    if (outlet.find(alert.id)) {
      outlet.replace(alert.id, isOver ? 'resolved' : 'fired', alert);
      return;
    }
    const told = this.#told.get(keyOf(channel.id, alert.id));
    if (!channel.isEnabled) {
      this.#told.delete(keyOf(channel.id, alert.id));
      return;
    }
    if (isOver) {
      if (told !== undefined) this.#submit(outlet, alert, 'resolved');
      return;
    }
    if (rankOf(alert.severity) < rankOf(channel.severityLeast)) return;
    // That more of the same came is no news; that it has become more urgent is.
    if (told !== undefined && rankOf(told) >= rankOf(alert.severity)) return;
    this.#tell(channel, outlet, alert);
  }

  #tell(channel: ChannelDefinition, outlet: Outlet, alert: Alert): void {
    const key = keyOf(channel.id, alert.id);
    const settled = this.#settled.get(key);
    if (settled?.state === 'failed' && rankOf(settled.severity) >= rankOf(alert.severity)) return;
    const silence = this.#silenceOf(alert);
    if (!silence) {
      this.#submit(outlet, alert, 'fired');
      return;
    }
    if (settled?.state === 'silenced') return;
    this.#settled.set(key, { state: 'silenced', severity: alert.severity });
    const { clock, log } = this.#options;
    log.put({
      ...{ id: createId(), channelId: channel.id, alertId: alert.id, change: 'fired', severity: alert.severity },
      ...{ state: 'silenced', attempts: 0, sentence: silencedSentence(silence), alert: null },
      changedAt: new Date(clock.nowMs()).toISOString(),
    });
  }

  #submit(outlet: Outlet, alert: Alert, change: Job['change']): void {
    outlet.submit({ id: createId(), alert, change });
  }

  #silenceOf(alert: Alert): Silence | undefined {
    return findSilence(this.#options.silences(), alert, this.#options.clock.nowMs());
  }

  #outletOf(channelId: string): Outlet {
    let outlet = this.#outlets.get(channelId);
    if (!outlet) {
      const { channels, clock, log, pacing, senderOf } = this.#options;
      outlet = new Outlet({
        ...{ channelId, clock, pacing, senderOf },
        channel: () => channels().find(({ id }) => id === channelId),
        toMessage: (id, change, alert) => this.toMessage(id, change, alert),
        reasonNotToSend: (job) => this.#reasonNotToSend(channelId, job),
        report: (record) => log.put(record),
        onEnded: (job, state) => this.#onEnded(channelId, job, state),
      });
      this.#outlets.set(channelId, outlet);
    }
    return outlet;
  }

  #reasonNotToSend(
    channelId: string,
    { alert, change }: Job,
  ): { state: 'failed' | 'silenced'; sentence: string } | null {
    const channel = this.#options.channels().find(({ id }) => id === channelId);
    if (!channel) return { state: 'failed', sentence: 'The channel was deleted.' };
    if (!channel.isEnabled) return { state: 'failed', sentence: 'The channel was switched off.' };
    if (!channel.access) return { state: 'failed', sentence: unreadableSentence };
    const silence = change === 'fired' ? this.#silenceOf(alert) : undefined;
    return silence ? { state: 'silenced', sentence: silencedSentence(silence) } : null;
  }

  #onEnded(channelId: string, job: Job, state: DeliveryRecord['state']): void {
    const { alert, change } = job;
    const key = keyOf(channelId, alert.id);
    if (state === 'delivered') {
      this.#noteTold(channelId, alert.id, { change, severity: alert.severity });
      // It may have ended, or become more urgent, while this was under way.
      const now = this.#firing.get(alert.id) ?? this.#resolved.get(alert.id)?.alert;
      const channel = this.#options.channels().find(({ id }) => id === channelId);
      if (channel && now) queueMicrotask(() => this.#reconcile(channel, now));
    } else {
      // Of an end that could not be told of, nothing more is tried either.
      if (change === 'resolved') this.#told.delete(key);
      else this.#settled.set(key, { state: state === 'silenced' ? 'silenced' : 'failed', severity: alert.severity });
    }
  }

  #noteTold(
    channelId: string,
    alertId: string,
    { change, severity }: { change: MessageChange; severity: Severity },
  ): void {
    const key = keyOf(channelId, alertId);
    this.#told.delete(key);
    this.#settled.delete(key);
    if (change === 'fired') this.#told.set(key, severity);
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= TOLD_MAX) break;
      this.#told.delete(oldest);
    }
  }

  /** Of several servers each may take what another has under way: rather twice than not at all. */
  #resume({ alert, alertId, attempts, change, changedAt, channelId, id, state }: DeliveryRecord): void {
    if (state !== 'waiting' || alert === null || alertId === null || change === 'test') return;
    const { clock, log, pacing } = this.#options;
    const outlet = this.#outletOf(channelId);
    if (clock.nowMs() - Date.parse(changedAt) < pacing.giveUpAfterMs) {
      const now = this.#firing.get(alertId) ?? this.#resolved.get(alertId)?.alert ?? alert;
      outlet.submit({ id, alert: now, change: now.state === 'resolved' ? 'resolved' : change }, attempts);
      return;
    }
    const ended = { state: 'failed', sentence: 'The server was not running when it could have been sent.' } as const;
    log.put({
      ...{ id, channelId, alertId, change, severity: alert.severity, attempts, alert: null, ...ended },
      changedAt: new Date(clock.nowMs()).toISOString(),
    });
  }

  #repeat(channel: ChannelDefinition): void {
    const { clock, pacing, senderOf } = this.#options;
    const { access, id, isEnabled } = channel;
    const sender = senderOf(channel);
    const nowMs = clock.monotonicMs();
    if (!sender.repeat || !access || !isEnabled) return;
    if (nowMs - (this.#repeatedAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < REPEAT_EVERY_MS) return;
    const told = [...this.#firing.values()].filter((alert) => this.#told.has(keyOf(id, alert.id)));
    const heard = told.filter((alert) => !this.#silenceOf(alert));
    if (heard.length === 0) return;
    this.#repeatedAtMs.set(id, nowMs);
    const messages = heard.map((alert) => this.toMessage(createId(), 'fired', alert));
    // Should it fail, the next one comes within a minute, and three may be lost.
    void sender.repeat(access, messages, AbortSignal.timeout(pacing.timeoutMs));
  }

  #forgetOld(): void {
    const oldestMs = this.#options.clock.monotonicMs() - RESOLVED_KEPT_MS;
    for (const [id, { atMs }] of this.#resolved) {
      if (atMs >= oldestMs && this.#resolved.size <= RESOLVED_MAX) break;
      this.#resolved.delete(id);
    }
    const known = new Set(this.#options.channels().map(({ id }) => id));
    for (const [id, outlet] of this.#outlets) {
      if (!known.has(id) && outlet.waiting === 0) this.#outlets.delete(id);
    }
    for (const key of this.#settled.keys()) {
      if (!this.#firing.has(alertOf(key))) this.#settled.delete(key);
    }
  }
}

export const unreadableSentence =
  'Its address and secret were stored under another key (AQUIFER_SECRET_KEY, or the database’s password). Enter them again.';

function silencedSentence({ reason }: Silence): string {
  return `Not sent: ${reason}`;
}

/** A channel's id is a UUID; what follows is the alert's, whatever it is. */
function keyOf(channelId: string, alertId: string): string {
  return `${channelId} ${alertId}`;
}

function alertOf(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}
