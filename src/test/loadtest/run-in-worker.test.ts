/** The engine in a thread of its own, compiled, with adapters as files. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { getPriority, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInWorker } from '../../main/loadtest/run-in-worker.ts';
import { createSchedule, hashSchedule } from '../../main/loadtest/schedule.ts';
import { countUsersHurt } from '../../main/loadtest/users-hurt.ts';
import { type CompiledProgram, compileProgram } from '../support/compile.ts';
import { startTrialServer } from '../support/trial-server.ts';

let engine: CompiledProgram;
let folder: string;
beforeAll(async () => {
  engine = await compileProgram(new URL('../../main/loadtest/engine-worker.ts', import.meta.url));
  folder = await mkdtemp(join(tmpdir(), 'aquifer-adapter-'));
});
afterAll(async () => {
  await engine?.remove();
  await rm(folder, { recursive: true, force: true });
});

const schedule = createSchedule({
  seed: 3,
  users: 20,
  streams: { reads: {} },
  phases: [{ name: 'only', durationMs: 1_200, rates: { reads: 100 } }],
});

async function writeAdapter(name: string, text: string): Promise<string> {
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, text);
  return path;
}

const PLAIN = `export default {
  name: 'plain',
  requestFor: (stream, user) => ({ method: 'GET', path: '/' + stream + '/' + user }),
};`;

test('a run in its thread is not held up by this one, and tells how it goes on', async () => {
  const baseUrl = await startTrialServer((request, response) => {
    response.statusCode = request.url === '/reads/7' ? 500 : 200;
    response.end('ok');
  });
  const told: string[] = [];
  const adapter = await writeAdapter('plain', PLAIN);
  const running = runInWorker({
    schedule,
    baseUrl,
    adapter,
    records: true,
    workerFile: engine.path,
    onPhase: ({ name }) => {
      told.push(name);
      // The server shares this thread and stalls; the generator must not.
      const until = performance.now() + 300;
      while (performance.now() < until);
    },
    onProgress: ({ phase, streams }) => told.push(`${phase} ${streams.reads!.offered > 50}`),
  });
  const result = await running;
  const reads = result.phases[0]!.streams.reads!;
  expect(told).toEqual(['only', 'only true']);
  expect(reads.offered).toBe(schedule.size);
  expect(reads.lag.p90).toBeLessThan(100);
  expect(reads.response.max).toBeGreaterThan(200);
  expect(result.scheduleHash).toBe(hashSchedule(schedule));
  expect(countUsersHurt(result.records!, ['reads'])).toEqual({ asked: 20, hurt: 1, share: 0.05 });
  expect(result.usersHurt.all).toEqual({ asked: 20, hurt: 1, share: 0.05 });
  expect(Math.abs(result.startedAtEpochMs - Date.now())).toBeLessThan(10_000);
});

test('an interruption reaches the thread, also one that came before it', async () => {
  const baseUrl = await startTrialServer((_, response) => response.end('ok'));
  const adapter = await writeAdapter('plain', PLAIN);
  const options = { schedule, baseUrl, adapter, workerFile: engine.path };
  const early = await runInWorker({ ...options, signal: AbortSignal.abort() });
  expect(early).toMatchObject({ wasInterrupted: true });
  const interruption = new AbortController();
  const late = await runInWorker({ ...options, signal: interruption.signal, onPhase: () => interruption.abort() });
  expect(late.wasInterrupted).toBe(true);
  expect(late.left.unsent).toBeGreaterThan(0);
});

test.each([
  ['nothing', 'export const other = 1;', 'exports no adapter'],
  ['nameless', 'export default { requestFor() {} };', 'has no name'],
  ['silent', "export default { name: 'silent' };", 'has no requestFor'],
  ['odd', "export default { name: 'odd', requestFor() {}, accept: 1 };", 'accept of the adapter'],
  ['broken', 'export default {', 'Unexpected end of input'],
  ['failing', "export default { name: 'f', requestFor() { throw new Error('no such user'); } };", 'no such user'],
  ['leaving', "export default { name: 'l', requestFor() { process.exit(3); } };", 'ended with 3'],
])('an adapter that is %s fails the run in words', async (name, text, message) => {
  const baseUrl = await startTrialServer((_, response) => response.end('ok'));
  const adapter = await writeAdapter(name, text);
  await expect(runInWorker({ schedule, baseUrl, adapter, workerFile: engine.path })).rejects.toThrow(message);
});

test('an adapter may be exported by its name', async () => {
  const baseUrl = await startTrialServer((_, response) => response.end('ok'));
  const adapter = await writeAdapter('named', PLAIN.replace('export default', 'export const adapter ='));
  const result = await runInWorker({ schedule, baseUrl, adapter, workerFile: engine.path });
  expect(result.adapter).toBe('plain');
});

test.runIf(process.platform === 'linux' && mayGoAhead())(
  'where it may, the thread goes ahead of all others, and takes nobody with it',
  async () => {
    const before = getPriority(0);
    const asking = `import { getPriority } from 'node:os';
      export default { name: 'a', requestFor() {}, prepare() { throw new Error('priority ' + getPriority(0)); } };`;
    const options = { schedule, baseUrl: 'http://127.0.0.1:1', workerFile: engine.path };
    await expect(runInWorker({ ...options, adapter: await writeAdapter('asking', asking) })).rejects.toThrow(
      'priority -10',
    );
    expect(getPriority(0)).toBe(before);
  },
);

/** Root may, but not in every container. */
function mayGoAhead(): boolean {
  const before = getPriority(0);
  try {
    setPriority(0, before - 1);
    setPriority(0, before);
    return true;
  } catch {
    return false;
  }
}
