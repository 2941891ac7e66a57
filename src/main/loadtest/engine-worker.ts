/** The thread of `run-in-worker.ts`: loads the adapter, runs the engine, and hands back what it tells. */

import { parentPort, workerData } from 'node:worker_threads';
import { toError } from '../foundation/errors.ts';
import { loadAdapter } from './adapter.ts';
import { runEngine } from './engine.ts';
import { buffersOf } from './records.ts';
import { INTERRUPT, type WorkerMessage, type WorkerTask } from './run-in-worker.ts';

const interruption = new AbortController();
const tell = (message: WorkerMessage, transfer: ArrayBuffer[] = []) => parentPort?.postMessage(message, transfer);

parentPort?.on('message', (message) => {
  if (message === INTERRUPT) interruption.abort();
});

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
