/**
 * A thread beside the server for the planner's work: one task at a time, each with a deadline, begun when it is first needed and ended
 * when long unneeded, so that what it took of memory is given back. The server's own event loop goes on meanwhile.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from '../../foundation/logger.ts';
import { plannerBusy, plannerOutOfMemory, plannerTimeout } from '../errors.ts';
import { TWIN_PREFIX } from '../twin/folder-prefix.ts';
import { type FromThread, fromSent, type Progress, type ThreadData, type ToThread } from './messages.ts';

export interface PlannerThreadOptions {
  logger: Logger;
  /** How long it waits for more to do before it ends. */
  idleMs?: number;
  /** Of JavaScript's own memory; what Postgres takes inside of it comes on top. */
  memoryMb?: number;
  /** Tasks beyond the one that is under way. */
  waitingMax?: number;
  /** For tests. */
  file?: URL;
  graceMs?: number;
}

export interface TaskOptions {
  deadlineMs: number;
  /** Names the task in what is said of it: `This review`. */
  what: string;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

interface Job<Task, Answer> extends TaskOptions {
  readonly id: number;
  readonly task: Task;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  timer?: NodeJS.Timeout;
  leave: () => void;
}

const IDLE_MS = 60_000;
const MEMORY_MB = 1_024;
const WAITING_MAX = 8;
/** For a task that is told to stop, to close what it has open. */
const GRACE_MS = 3_000;
/** Beside this file, in the language that this file is in: sources are TypeScript, a build is JavaScript. */
const FILE = new URL(`./thread${extname(new URL(import.meta.url).pathname)}`, import.meta.url);

export class PlannerThread<Task, Answer> {
  readonly #options: PlannerThreadOptions;
  readonly #waiting: Job<Task, Answer>[] = [];
  #current: Job<Task, Answer> | undefined;
  #worker: Promise<Worker> | undefined;
  /** The one whose end nobody has asked for. */
  #live: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #ending: Promise<void> | undefined;
  #lastId = 0;
  #isStopped = false;

  constructor(options: PlannerThreadOptions) {
    this.#options = options;
  }

  /** @throws AppError planner_busy, planner_timeout, what the task refuses; the signal's reason */
  run(task: Task, options: TaskOptions): Promise<Answer> {
    const { waitingMax = WAITING_MAX } = this.#options;
    options.signal?.throwIfAborted();
    if (this.#isStopped || this.#waiting.length >= waitingMax) return Promise.reject(plannerBusy());
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<Answer>((resolve, reject) => {
      const job: Job<Task, Answer> = { ...options, id, task, resolve, reject, leave: () => undefined };
      const onAbort = () => this.#giveUp(job, toError(options.signal?.reason));
      options.signal?.addEventListener('abort', onAbort, { once: true });
      job.leave = () => options.signal?.removeEventListener('abort', onAbort);
      // The time that it waits for others is part of its own.
      job.timer = setTimeout(() => this.#giveUp(job, plannerTimeout(options.what)), options.deadlineMs);
      this.#waiting.push(job);
      this.#next();
    });
  }

  /** What is under way is given up. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const job of this.#waiting.splice(0)) this.#settle(job, () => job.reject(plannerBusy()));
    const job = this.#current;
    if (job) this.#settle(job, () => job.reject(plannerBusy()));
    await this.#end();
  }

  #next(): void {
    if (this.#current || this.#ending) return;
    const job = this.#waiting.shift();
    if (!job) {
      this.#idle = setTimeout(() => void this.#end(), this.#options.idleMs ?? IDLE_MS);
      this.#idle.unref();
      return;
    }
    clearTimeout(this.#idle);
    this.#current = job;
    void this.#send(job);
  }

  async #send(job: Job<Task, Answer>): Promise<void> {
    try {
      this.#worker ??= this.#begin();
      const worker = await this.#worker;
      if (this.#current === job)
        worker.postMessage({ kind: 'task', id: job.id, task: job.task } satisfies ToThread<Task>);
    } catch (error) {
      this.#worker = undefined;
      if (this.#current === job) this.#finish(job, () => job.reject(toError(error)));
    }
  }

  async #begin(): Promise<Worker> {
    const { file = FILE, memoryMb = MEMORY_MB } = this.#options;
    // Folders of that name are found again after a server that was killed.
    const directory = await mkdtemp(join(tmpdir(), `${TWIN_PREFIX}${process.pid}-`));
    const worker = new Worker(file, {
      name: 'planner',
      // It says what the thread is for to whoever looks at the process.
      argv: ['planner'],
      workerData: { directory } satisfies ThreadData,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    worker.unref();
    worker.on('message', (message: FromThread<Answer>) => this.#hear(message));
    worker.on('error', (error) => {
      // It is over, though its end is told later: the task that comes next must not be given to it.
      if (this.#live === worker) this.#forget();
      this.#fail(toThreadError(error));
    });
    this.#live = worker;
    worker.on('exit', () => {
      if (this.#live === worker) {
        this.#forget();
        this.#fail(new Error('the planner’s thread has ended'));
      }
      // A thread that was ended had no time to.
      void rm(directory, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    });
    return worker;
  }

  #hear(message: FromThread<Answer>): void {
    const job = this.#current;
    if (!job || job.id !== message.id) return;
    if (message.kind === 'progress') job.onProgress?.(message.progress);
    else if (message.kind === 'answer') this.#finish(job, () => job.resolve(message.answer));
    else this.#finish(job, () => job.reject(fromSent(message.error)));
  }

  #fail(error: Error): void {
    const job = this.#current;
    if (!job) return;
    this.#options.logger.error({ err: error }, 'the planner’s thread failed');
    this.#finish(job, () => job.reject(error));
  }

  /** One that waits just leaves. One that is under way is told to stop, and the thread is ended where it does not. */
  #giveUp(job: Job<Task, Answer>, reason: Error): void {
    const place = this.#waiting.indexOf(job);
    if (place >= 0) this.#waiting.splice(place, 1);
    this.#settle(job, () => job.reject(reason));
    if (this.#current !== job) return;
    void this.#worker?.then((worker) => worker.postMessage({ kind: 'stop', id: job.id } satisfies ToThread<Task>));
    setTimeout(() => {
      if (this.#current === job) void this.#terminate().then(() => this.#finish(job, () => undefined));
    }, this.#options.graceMs ?? GRACE_MS).unref();
  }

  #finish(job: Job<Task, Answer>, tell: () => void): void {
    this.#settle(job, tell);
    if (this.#current !== job) return;
    this.#current = undefined;
    this.#next();
  }

  #settle(job: Job<Task, Answer>, tell: () => void): void {
    clearTimeout(job.timer);
    job.leave();
    tell();
  }

  /** Lets it close what it has open, and ends it where it takes too long. */
  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    this.#current = undefined;
    const begun = this.#worker;
    if (!begun) return;
    this.#ending ??= this.#endOf(begun).finally(() => {
      this.#ending = undefined;
      if (this.#waiting.length > 0) this.#next();
    });
    await this.#ending;
  }

  async #endOf(begun: Promise<Worker>): Promise<void> {
    const worker = await begun.catch(() => undefined);
    this.#forget();
    if (!worker) return;
    const over = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ kind: 'end' } satisfies ToThread<Task>);
    const timer = setTimeout(() => void worker.terminate(), this.#options.graceMs ?? GRACE_MS);
    await over;
    clearTimeout(timer);
  }

  async #terminate(): Promise<void> {
    const worker = await this.#worker?.catch(() => undefined);
    this.#forget();
    await worker?.terminate();
  }

  #forget(): void {
    this.#worker = undefined;
    this.#live = undefined;
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('it was given up');
}

function toThreadError(error: Error & { code?: string }): Error {
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return plannerOutOfMemory(error);
}
