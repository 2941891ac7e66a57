/**
 * Claim: log-ins over HTTP reach at least 0.9 of what this machine can do of bare argon2id at the same cost. The ceiling is
 * the library's own asynchronous `verify`, as many at once as there are cores, in a process that does nothing else.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { PASSWORD, startAquifer } from './support/aquifer-server.ts';
import { withEmbeddedDatabase } from './support/embedded-database.ts';
import { runLoad } from './support/load.ts';
import { runPaired } from './support/paired-rounds.ts';

const USERS = 40;
const ROUNDS = 5;
const ROUND_MS = 6_000;
const CONNECTIONS = 8 * availableParallelism();

async function measureBareHashing(durationMs: number): Promise<number> {
  const script = fileURLToPath(new URL('./support/bare-hashing.js', import.meta.url));
  const child = fork(script, [String(durationMs), String(availableParallelism())]);
  const [perSecond] = (await once(child, 'message')) as [number];
  return perSecond;
}

await withEmbeddedDatabase(async ({ url }) => {
  const aquifer = await startAquifer(url);
  for (let index = 0; index < USERS; index += 1) {
    const body = { email: `user${index}@example.org`, password: PASSWORD, role: 'user' };
    await aquifer.call('POST', '/v1/accounts/users', { token: aquifer.operatorToken, body });
  }
  const next = (index: number) => ({
    method: 'POST' as const,
    path: '/v1/accounts/log-in',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `user${index % USERS}@example.org`, password: PASSWORD }),
  });
  let offset = 0;
  const logIns = async (durationMs: number) => {
    const from = offset;
    const load = await runLoad({
      url: aquifer.url,
      connections: CONNECTIONS,
      durationMs,
      next: (index) => next(from + index),
    });
    offset += load.requests;
    if (Object.keys(load.failures).length > 0) throw new Error(`refused: ${JSON.stringify(load.failures)}`);
    return load.perSecond;
  };
  await logIns(2_000);
  const { aMedian, bMedian, ratioMedian } = await runPaired({
    rounds: ROUNDS,
    a: () => logIns(ROUND_MS),
    b: () => measureBareHashing(ROUND_MS),
    onRound: (line) => console.log(line),
  });
  console.log(
    `Log-ins ${aMedian.toFixed(1)}/s, bare argon2id ${bMedian.toFixed(1)}/s, ratio ${ratioMedian.toFixed(3)} (goal 0.9)`,
  );
  await aquifer.stop();
});
