/** The thread of `run-in-worker.ts`: loads the adapter, runs the engine, and hands back what it tells. */

import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { toError } from '../foundation/errors.ts';
import { loadAdapter } from './adapter.ts';
import { runEngine } from './engine.ts';
import { buffersOf } from './records.ts';
import { INTERRUPT, type WorkerMessage, type WorkerTask } from './run-in-worker.ts';

/** Ahead of the servers it measures: it needs little, but at the right instant. */
const PRIORITY = -10;

const interruption = new AbortController();
const tell = (message: WorkerMessage, transfer: ArrayBuffer[] = []) => parentPort?.postMessage(message, transfer);

parentPort?.on('message', (message) => {
  if (message === INTERRUPT) interruption.abort();
});

preferThisThread();
try {
  const { adapter: path, ...task } = workerData as WorkerTask;
  const result = await runEngine({
    ...task,
    adapter: await loadAdapter(path),
    signal: interruption.signal,
    onPhase: (beginning) => tell({ kind: 'phase', beginning }),
    onProgress: (progress) => tell({ kind: 'progress', progress }),
  });
  tell({ kind: 'result', result }, result.records ? buffersOf(result.records) : []);
} catch (error) {
  tell({ kind: 'failed', error: toError(error) });
} finally {
  // Nothing listens any more, so the thread may end by itself.
  parentPort?.close();
}

/** On Linux this is the calling thread alone, elsewhere it would be the whole process. It takes a right that few have. */
function preferThisThread(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, PRIORITY);
  } catch {
    // Without the right it runs as everyone does; whether that was enough is told by the validity.
  }
}
