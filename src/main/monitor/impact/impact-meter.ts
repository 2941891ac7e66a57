/**
 * Who is hurt, second by second. A user is hurt by an answer that is a failure of ours, by a refusal, and by a wait that is far too
 * long for what he asked; also where he did not wait for its end. What operators ask for is left out.
 */

import type { Clock } from '../../foundation/clock.ts';
import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Service } from '../../foundation/service.ts';
import { type EndedRequest, RequestTracker } from '../../http/index.ts';
import { ImpactSecond } from './impact-second.ts';
import { KnownSubjects, personOf, RecentPeople } from './people.ts';
import { UsualDurations } from './usual-duration.ts';

export type SecondListener = (second: ImpactSecond) => void;

export interface ImpactMeterOptions {
  clock: Clock;
  logger: Logger;
}

export interface UsersNow {
  /** Who asked for anything in the last minute. */
  active: number;
  /** Who was hurt in the last ten seconds. */
  hurt: number;
}

const SECOND_MS = 1_000;
const KEPT_SECONDS = 120;
const ACTIVE_MS = 60_000;
const HURT_MS = 10_000;
/** One who leaves before that has changed his mind. */
const PATIENCE_MS = 1_000;
const REFUSED = 503;

export class ImpactMeter extends RequestTracker {
  readonly service: Service;
  readonly #options: ImpactMeterOptions;
  readonly #usual = new UsualDurations();
  readonly #active = new RecentPeople(ACTIVE_MS);
  readonly #hurt = new RecentPeople(HURT_MS);
  readonly #subjects = new KnownSubjects();
  #listeners: readonly SecondListener[] = [];
  #current: ImpactSecond;
  /** Those that are over, oldest first. */
  #seconds: ImpactSecond[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ImpactMeterOptions) {
    super();
    this.#options = options;
    this.#current = new ImpactSecond(this.#secondNow());
    this.service = { name: 'impact meter', start: async () => this.#start(), stop: async () => this.#stop() };
  }

  override requestEnded(request: EndedRequest): void {
    if (request.access === 'operator') return;
    const { durationMs, isAbandoned, route, statusCode } = request;
    const isLate = this.#usual.note(route, durationMs);
    const isRefused = statusCode === REFUSED;
    const isFailed = statusCode >= 500 || (isAbandoned && durationMs >= PATIENCE_MS && isLate);
    const isSlow = isLate && !isFailed;
    const person = this.#personOf(request);
    this.#roll();
    this.#current.add({ route, durationMs, statusCode, person, isFailed, isSlow, isRefused });
    if (person === null) return;
    const nowMs = this.#options.clock.monotonicMs();
    this.#active.note(person, nowMs);
    if (isFailed || isSlow) this.#hurt.note(person, nowMs);
  }

  users(): UsersNow {
    const nowMs = this.#options.clock.monotonicMs();
    const hurt = this.#hurt.count(nowMs);
    return { active: Math.max(hurt, this.#active.count(nowMs)), hurt };
  }

  /** The last two minutes, oldest first, without the second that goes on. */
  seconds(): readonly ImpactSecond[] {
    return this.#seconds;
  }

  /** Called once a second, also for one in which nothing was. Returns how to stop listening. */
  onSecond(listener: SecondListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((one) => one !== listener);
    };
  }

  #personOf({ statusCode, subject, userId }: EndedRequest): number | null {
    if (userId !== null) {
      const person = personOf(userId);
      if (subject !== null) this.#subjects.learn(personOf(subject), person);
      return person;
    }
    // A token that is nobody's, or a wrong password: that is no user, and none of ours is hurt by it.
    if (subject === null || (statusCode >= 400 && statusCode < 500 && statusCode !== 429)) return null;
    return this.#subjects.find(personOf(subject));
  }

  #secondNow(): number {
    return Math.floor(this.#options.clock.nowMs() / SECOND_MS) * SECOND_MS;
  }

  /** Closes the seconds that are over, empty ones too. A clock that jumps makes no more of them than are kept. */
  #roll(): void {
    const nowMs = this.#secondNow();
    if (nowMs === this.#current.atMs) return;
    const from = Math.max(this.#current.atMs + SECOND_MS, nowMs - KEPT_SECONDS * SECOND_MS);
    this.#close(this.#current);
    for (let atMs = from; atMs < nowMs; atMs += SECOND_MS) this.#close(new ImpactSecond(atMs));
    this.#current = new ImpactSecond(nowMs);
  }

  #close(second: ImpactSecond): void {
    this.#seconds.push(second);
    if (this.#seconds.length > KEPT_SECONDS) this.#seconds = this.#seconds.slice(-KEPT_SECONDS);
    for (const listener of this.#listeners) {
      try {
        listener(second);
      } catch (error) {
        this.#options.logger.error({ err: toError(error) }, 'a listener of the impact failed');
      }
    }
    second.forgetDurations();
  }

  #start(): void {
    if (this.#timer) return;
    const tick = () => {
      this.#roll();
      const msLeft = SECOND_MS - (this.#options.clock.nowMs() % SECOND_MS);
      this.#timer = setTimeout(tick, msLeft + 5);
      this.#timer.unref();
    };
    tick();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
