/**
 * Runs the engine in a thread of its own, so that it shares an event loop with nothing: neither with a server under test
 * in the same process nor with whoever reads the progress.
 */

import { Worker } from 'node:worker_threads';
import type { EngineOptions } from './engine.ts';
import type { PhaseBeginning, Progress, RunResult } from './result.ts';

export interface WorkerRun extends EngineOptions {
  /** The path of a file of JavaScript whose default export is an adapter. */
  adapter: string;
  /** The engine's own compiled file; given where this module itself is not compiled. */
  workerFile?: string | URL;
}

/** What goes to the thread at its start: all of the options that are plain data. */
export type WorkerTask = Omit<WorkerRun, 'signal' | 'onPhase' | 'onProgress' | 'workerFile'>;

export type WorkerMessage =
  | { kind: 'phase'; beginning: PhaseBeginning }
  | { kind: 'progress'; progress: Progress }
  | { kind: 'result'; result: RunResult }
  | { kind: 'failed'; error: unknown };

/** The one message that goes to the thread while it runs. */
export const INTERRUPT = 'interrupt';

/** As `runEngine`; rejects with the adapter's own error, and when the thread ends before its time. */
export function runInWorker(run: WorkerRun): Promise<RunResult> {
  const { signal, onPhase, onProgress, workerFile, ...task } = run;
  const worker = new Worker(workerFile ?? new URL('./engine-worker.js', import.meta.url), {
    workerData: task satisfies WorkerTask,
    name: 'aquifer-load',
  });
  const interrupt = () => worker.postMessage(INTERRUPT);
  signal?.addEventListener('abort', interrupt, { once: true });
  if (signal?.aborted) interrupt();
  return new Promise<RunResult>((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'phase') onPhase?.(message.beginning);
      else if (message.kind === 'progress') onProgress?.(message.progress);
      else if (message.kind === 'result') resolve(message.result);
      else reject(message.error);
    });
    worker.once('error', reject);
    worker.once('exit', (code) =>
      reject(new Error(`the load engine's thread ended with ${code} before it had a result`)),
    );
  }).finally(() => signal?.removeEventListener('abort', interrupt));
}
