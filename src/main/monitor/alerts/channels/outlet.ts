/**
 * One channel's way out: what is to be sent waits here, the most urgent first, a few at a time, and is tried again with growing
 * pauses. Each channel has its own, so that a receiver that hangs delays nobody else's.
 */

import type { Clock } from '../../../foundation/clock.ts';
import type { Alert } from '../schema.ts';
import { type ChannelDefinition, rankOf } from './channel.ts';
import type { DeliveryRecord } from './delivery-log.ts';
import type { Message, MessageChange, Outcome, Sender } from './senders/sender.ts';

/** What is to be said of one alert by one channel. */
export interface Job {
  readonly id: string;
  readonly alert: Alert;
  readonly change: Exclude<MessageChange, 'test'>;
}

export interface Pacing {
  /** The longest one attempt may take. */
  timeoutMs: number;
  /** The pause after the first failure; each further one doubles it. */
  retryDelayMs: number;
  retryDelayMaxMs: number;
  /** After so long it is given up. */
  giveUpAfterMs: number;
}

/** Some twenty-five attempts in two hours. What is older than that, people have learnt of otherwise. */
export const usualPacing: Pacing = {
  ...{ timeoutMs: 10_000, retryDelayMs: 1_000, retryDelayMaxMs: 5 * 60_000, giveUpAfterMs: 2 * 3_600_000 },
};

export interface OutletOptions {
  channelId: string;
  /** As it is now; undefined once it was deleted. */
  channel: () => ChannelDefinition | undefined;
  senderOf: (channel: ChannelDefinition) => Sender;
  toMessage: (id: string, change: MessageChange, alert: Alert) => Message;
  /** A sentence where it must not be sent now, and how it then ends. */
  reasonNotToSend: (job: Job) => { state: 'failed' | 'silenced'; sentence: string } | null;
  report: (record: DeliveryRecord) => void;
  /** It was delivered, silenced or given up. */
  onEnded: (job: Job, state: DeliveryRecord['state']) => void;
  clock: Clock;
  pacing: Pacing;
}

interface Waiting {
  job: Job;
  readonly sinceMs: number;
  attempts: number;
  dueAtMs: number;
  isInFlight: boolean;
}

const IN_FLIGHT_MAX = 4;
const WAITING_MAX = 200;
/** So that those who failed together do not come back together. */
const JITTER = { least: 0.75, span: 0.5 };

export class Outlet {
  readonly #options: OutletOptions;
  /** By alert: there is one thing to be said of each, and it is the newest. */
  readonly #waiting = new Map<string, Waiting>();
  /** One for each attempt under way. */
  readonly #underWay = new Set<AbortController>();
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;
  /** The receiver has asked to be left alone until then. */
  #quietUntilMs = 0;

  constructor(options: OutletOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  find(alertId: string): Job | undefined {
    return this.#waiting.get(alertId)?.job;
  }

  /** @param attempts of an earlier start of this server */
  submit(job: Job, attempts = 0): void {
    const nowMs = this.#options.clock.monotonicMs();
    const waiting = { job, attempts, sinceMs: nowMs, dueAtMs: nowMs, isInFlight: false };
    if (this.#waiting.size >= WAITING_MAX) {
      this.#end(waiting, 'failed', `More than ${WAITING_MAX} deliveries wait already.`);
      return;
    }
    this.#waiting.set(job.alert.id, waiting);
    this.#report(waiting, 'waiting', 'It is on its way.');
    this.#pump();
  }

  /** What is said of the alert changes while it waits; an attempt under way goes on with what it has. */
  replace(alertId: string, change: Job['change'], alert: Alert): void {
    const waiting = this.#waiting.get(alertId);
    if (waiting) waiting.job = { ...waiting.job, change, alert };
  }

  /** Ends what is under way; what waits has been written down. */
  stop(): void {
    this.#isStopped = true;
    for (const attempt of this.#underWay) attempt.abort();
    clearTimeout(this.#timer);
  }

  #pump(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    const nowMs = this.#options.clock.monotonicMs();
    const resting = [...this.#waiting.values()].filter(({ isInFlight }) => !isInFlight);
    const due = resting.filter(({ dueAtMs }) => Math.max(dueAtMs, this.#quietUntilMs) <= nowMs).sort(byUrgency);
    const places = IN_FLIGHT_MAX - (this.#waiting.size - resting.length);
    const next = due.slice(0, Math.max(0, places));
    for (const waiting of next) {
      waiting.isInFlight = true;
      void this.#attempt(waiting).finally(() => this.#pump());
    }
    const later = resting.filter((one) => !due.includes(one)).map(({ dueAtMs }) => dueAtMs);
    if (later.length === 0 && due.length === next.length) return;
    const wakeAtMs = Math.max(Math.min(...later), this.#quietUntilMs);
    // Where a place is missing, whoever leaves it looks again.
    if (!Number.isFinite(wakeAtMs)) return;
    this.#timer = setTimeout(() => this.#pump(), Math.max(1, wakeAtMs - nowMs)).unref();
  }

  async #attempt(waiting: Waiting): Promise<void> {
    const { channel: find, reasonNotToSend, senderOf, toMessage } = this.#options;
    const { job } = waiting;
    const not = reasonNotToSend(job);
    const channel = find();
    if (not || !channel?.access) {
      const { sentence, state } = not ?? { state: 'failed' as const, sentence: 'The channel cannot be used.' };
      this.#end(waiting, state, sentence);
      return;
    }
    waiting.attempts += 1;
    const message = toMessage(job.id, job.change, job.alert);
    const outcome = await this.#send(senderOf(channel), channel.access, message);
    waiting.isInFlight = false;
    if (this.#isStopped && outcome.result !== 'delivered') return;
    this.#settle(waiting, job, outcome);
  }

  async #send(sender: Sender, access: NonNullable<ChannelDefinition['access']>, message: Message): Promise<Outcome> {
    const attempt = new AbortController();
    this.#underWay.add(attempt);
    const timer = setTimeout(() => attempt.abort(), this.#options.pacing.timeoutMs);
    try {
      return await sender.send(access, message, attempt.signal);
    } catch (error) {
      // A sender does not reject. Should one, the alert is worth another try.
      const name = (error as Error).name;
      return { result: 'again', sentence: `It could not be sent: ${name}.` };
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(attempt);
    }
  }

  #settle(waiting: Waiting, sent: Job, outcome: Outcome): void {
    const { clock, pacing } = this.#options;
    if (outcome.result === 'delivered') {
      this.#end({ ...waiting, job: sent }, 'delivered', outcome.sentence);
      return;
    }
    const nowMs = clock.monotonicMs();
    if (outcome.result === 'refused' || nowMs - waiting.sinceMs >= pacing.giveUpAfterMs) {
      const tried = waiting.attempts === 1 ? '' : ` Given up after ${waiting.attempts} attempts.`;
      this.#end(waiting, 'failed', `${outcome.sentence}${tried}`);
      return;
    }
    const growing = Math.min(pacing.retryDelayMaxMs, pacing.retryDelayMs * 2 ** (waiting.attempts - 1));
    const pauseMs = growing * (JITTER.least + Math.random() * JITTER.span);
    waiting.dueAtMs = nowMs + pauseMs;
    if (outcome.retryAfterMs !== undefined) this.#quietUntilMs = nowMs + outcome.retryAfterMs;
    this.#report(waiting, 'waiting', outcome.sentence);
  }

  #end(waiting: Waiting, state: DeliveryRecord['state'], sentence: string): void {
    this.#waiting.delete(waiting.job.alert.id);
    this.#report(waiting, state, sentence);
    this.#options.onEnded(waiting.job, state);
  }

  #report({ attempts, job }: Waiting, state: DeliveryRecord['state'], sentence: string): void {
    const { alert, change, id } = job;
    this.#options.report({
      ...{ id, channelId: this.#options.channelId, alertId: alert.id, change, severity: alert.severity },
      ...{ state, attempts, sentence, alert: state === 'waiting' ? alert : null },
      changedAt: new Date(this.#options.clock.nowMs()).toISOString(),
    });
  }
}

function byUrgency(a: Waiting, b: Waiting): number {
  return rankOf(b.job.alert.severity) - rankOf(a.job.alert.severity) || a.sinceMs - b.sinceMs;
}
