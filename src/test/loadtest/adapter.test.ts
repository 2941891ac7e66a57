/** The adapter of the documentation, as it is printed there, against a server it fits; and files that are none. */

import { execFile } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { loadAdapter } from '../../main/loadtest/adapter.ts';
import { compileProgram } from '../support/compile.ts';
import { startTrialServer } from '../support/trial-server.ts';

const page = fileURLToPath(new URL('../../../docs/user-guide/load-engine.md', import.meta.url));
const runProgram = promisify(execFile);

async function readExamples(): Promise<Map<string, string>> {
  const text = await readFile(page, 'utf8');
  const blocks = [...text.matchAll(/```js\n\/\/ (\S+)\n([\s\S]*?)```/g)];
  return new Map(blocks.map(([, name, code]) => [name ?? '', code ?? '']));
}

/** The engine compiled into one folder, with the examples beside it. */
async function writeExamples(): Promise<string> {
  const [index, worker] = [
    await compileProgram(new URL('../../main/loadtest/index.ts', import.meta.url)),
    await compileProgram(new URL('../../main/loadtest/engine-worker.ts', import.meta.url)),
  ];
  onTestFinished(() => Promise.all([index.remove(), worker.remove()]).then(() => {}));
  const folder = dirname(index.path);
  await copyFile(worker.path, join(folder, 'engine-worker.js'));
  for (const [name, code] of await readExamples()) {
    await writeFile(join(folder, name), code.replace("'aquifer/loadtest'", "'./index.js'"));
  }
  return folder;
}

test('the two files of the documentation run', async () => {
  const folder = await writeExamples();
  const baseUrl = await startTrialServer((request, response) => {
    let body = '';
    request.on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      const isLogIn = request.url === '/log-in' && JSON.parse(body).password === 'correct horse';
      const user = /^Bearer token of user-(\d+)@example.com$/.exec(request.headers.authorization ?? '')?.[1];
      if (isLogIn) response.end(JSON.stringify({ token: `token of ${JSON.parse(body).email}` }));
      // The seventh has no notes, which the adapter does not accept.
      else if (user) response.end(JSON.stringify({ notes: user === '7' ? [] : ['a'] }));
      else response.writeHead(401).end();
    });
  });
  const { stdout } = await runProgram(process.execPath, [join(folder, 'run.js'), baseUrl]);
  expect(stdout).toMatch(/^calm log-in: (\d+) of \1, p50 [\d.]+ ms, p99 [\d.]+ ms$/m);
  expect(stdout).toMatch(/^rise notes: \d+ of \d+, /m);
  expect(stdout).toMatch(/^1 of 20 users saw a failure$/m);
  expect(stdout).toMatch(/^schedule [0-9a-f]{64}$/m);
});

test('a file that is not there is no adapter', async () => {
  await expect(loadAdapter('/nowhere/adapter.js')).rejects.toThrow('adapter.js');
});
