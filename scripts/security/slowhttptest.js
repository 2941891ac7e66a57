// slowhttptest holds as many connections as it can by sending headers, bodies and reading answers slowly. Meanwhile others
// must be served, and what is slow must be closed.

import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './hydra.js';

const CONNECTIONS = 300;
const SECONDS = 10;
const ANSWER_LIMIT_MS = 5_000;
const MODES = {
  'slow headers': ['-H'],
  'slow bodies': ['-B'],
  'slow reading': ['-X', '-w', '1', '-y', '8', '-n', '2', '-z', '16'],
};

export async function holdConnections(program, { url, user, folder, ask }) {
  const found = [];
  let asked = 0;
  for (const [mode, options] of Object.entries(MODES)) {
    const path = mode === 'slow bodies' ? '/v1/accounts/log-in' : '/accounts/log-in';
    const load = ['-c', String(CONNECTIONS), '-r', '100', '-i', '2', '-l', String(SECONDS), '-p', '3', '-x', '24'];
    const attack = run(program, [...options, ...load, '-u', `${url}${path}`], { cwd: folder });
    let isOver = false;
    const ended = attack.finally(() => {
      isOver = true;
    });
    // Until it has opened them all.
    await sleep(3_000);
    while (!isOver) {
      const startedAtMs = performance.now();
      const { status } = await ask('GET', '/v1/accounts/me', { token: user });
      const tookMs = performance.now() - startedAtMs;
      asked += 1;
      if (status !== 200) found.push(`${mode}: somebody else was answered ${status}`);
      if (tookMs > ANSWER_LIMIT_MS) found.push(`${mode}: somebody else waited ${Math.round(tookMs)} ms`);
      await sleep(250);
    }
    await ended;
  }
  const ready = await ask('GET', '/health/ready');
  if (ready.status !== 200) found.push(`afterwards /health/ready answers ${ready.status}`);
  const tried = `${CONNECTIONS} slow connections, ${Object.keys(MODES).length} ways, ${SECONDS} s each; others asked ${asked} times meanwhile.`;
  return { tried, found };
}
