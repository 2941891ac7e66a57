/** The thread's side: takes one task after the other, tells of its progress, and gives it up when it is told to. */

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { type FromThread, type Progress, type ToThread, toSent } from './messages.ts';

export interface TaskContext {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface TaskServer<Task, Answer> {
  run(task: Task, context: TaskContext): Promise<Answer>;
  /** Closes what it has open. */
  close(): Promise<void>;
}

/** A person reads it: more often would only cost. */
const PROGRESS_EVERY_MS = 200;

export function serveTasks<Task, Answer>(port: MessagePort, server: TaskServer<Task, Answer>): void {
  const send = (message: FromThread<Answer>) => port.postMessage(message);
  const stops = new Map<number, AbortController>();
  let turn: Promise<void> = Promise.resolve();

  const run = async (id: number, task: Task): Promise<void> => {
    const abort = new AbortController();
    stops.set(id, abort);
    let toldAtMs = 0;
    const onProgress = (progress: Progress) => {
      // Work that never waits lets no message in by itself.
      for (let got = receiveMessageOnPort(port); got; got = receiveMessageOnPort(port)) hear(got.message);
      const nowMs = performance.now();
      if (nowMs - toldAtMs < PROGRESS_EVERY_MS && progress.done < progress.total) return;
      toldAtMs = nowMs;
      send({ kind: 'progress', id, progress });
    };
    try {
      send({ kind: 'answer', id, answer: await server.run(task, { signal: abort.signal, onProgress }) });
    } catch (error) {
      send({ kind: 'error', id, error: toSent(error) });
    } finally {
      stops.delete(id);
    }
  };

  const hear = (message: ToThread<Task>): void => {
    if (message.kind === 'stop') stops.get(message.id)?.abort(new Error('It was given up.'));
    else if (message.kind === 'task') turn = turn.then(() => run(message.id, message.task));
    else {
      turn = turn
        .then(() => server.close())
        .catch(() => undefined)
        .then(() => port.close());
    }
  };
  port.on('message', hear);
}
