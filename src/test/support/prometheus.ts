/** Debian's Prometheus and Alertmanager, started on free ports in a folder of their own, and their tools. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEndOfFile } from './end-of-file.ts';
import { findFreePort } from './free-port.ts';

const folder = process.env.PROMETHEUS_BIN ?? '/usr/bin';
const alertmanager = ['prometheus-alertmanager', 'alertmanager'].map((name) => join(folder, name)).find(existsSync);
/** Where there are none, their tests are left out; `npm test` installs them where it can. */
export const hasPrometheus =
  alertmanager !== undefined && ['prometheus', 'promtool', 'amtool'].every((name) => existsSync(join(folder, name)));

export const promtool = join(folder, 'promtool');
const START_LIMIT_MS = 30_000;

/** Runs promtool or amtool. Resolves with what it said, and whether it was content. */
export function runTool(
  name: 'promtool' | 'amtool',
  given: readonly string[],
): Promise<{ isContent: boolean; said: string }> {
  return new Promise((resolve) => {
    execFile(join(folder, name), [...given], { timeout: 50_000 }, (error, stdout, stderr) => {
      resolve({ isContent: error === null, said: `${stdout}${stderr}` });
    });
  });
}

/** Its address, such as `http://127.0.0.1:40123`. It is ended after all tests of the file. */
export async function startAlertmanager(): Promise<string> {
  const home = await makeFolder('aquifer-alertmanager-');
  const config = join(home, 'alertmanager.yml');
  await writeFile(config, 'route:\n  receiver: nobody\n  group_wait: 0s\nreceivers:\n  - name: nobody\n');
  const port = await findFreePort();
  const options = [`--config.file=${config}`, `--storage.path=${home}`, '--cluster.listen-address='];
  await startProgram(
    alertmanager ?? '',
    [...options, `--web.listen-address=127.0.0.1:${port}`],
    `http://127.0.0.1:${port}`,
  );
  return `http://127.0.0.1:${port}`;
}

/** @param config the text of its prometheus.yml; paths in it must be absolute */
export async function startPrometheus(config: string): Promise<string> {
  const home = await makeFolder('aquifer-prometheus-');
  const file = join(home, 'prometheus.yml');
  await writeFile(file, config);
  const port = await findFreePort();
  const options = [`--config.file=${file}`, `--storage.tsdb.path=${join(home, 'data')}`, '--log.level=warn'];
  await startProgram(
    join(folder, 'prometheus'),
    [...options, `--web.listen-address=127.0.0.1:${port}`],
    `http://127.0.0.1:${port}`,
  );
  return `http://127.0.0.1:${port}`;
}

async function makeFolder(prefix: string): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), prefix));
  atEndOfFile(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** Both answer at the same address once they can be asked. */
async function startProgram(program: string, given: readonly string[], url: string): Promise<void> {
  const child: ChildProcess = spawn(program, [...given], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2_000);
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  atEndOfFile(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  for (const untilMs = performance.now() + START_LIMIT_MS; !(await isReady(url)); await sleep(50)) {
    if (child.exitCode !== null || performance.now() > untilMs) throw new Error(`${program} did not start: ${said}`);
  }
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}
