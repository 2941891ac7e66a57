/**
 * Claim: under ten times the log-ins that hashing can do, for 60 s, session checks keep a p99 of 1.5 × calm at the most,
 * whoever is refused gets 503 with Retry-After within 20 ms (p99), and log-ins go on at 0.9 of the hashing ceiling or more.
 * The ceiling is bare argon2id in a process that does nothing else, as in `log-ins`. Proof of work is off: it would make the
 * flood smaller. Arrivals keep their rate whatever the answers do, and each comes from a network of its own.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { type AquiferServer, PASSWORD, startAquifer } from './support/aquifer-server.ts';
import { withEmbeddedDatabase } from './support/embedded-database.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const FLOOD_MS = Number(values.seconds) * 1_000;
const CALM_MS = Math.max(5_000, FLOOD_MS / 3);
const CEILING_MS = Math.min(10_000, FLOOD_MS);
const USERS = 200;
const TIMES = 10;
const CHECKS_PER_SECOND = 50;
const TICK_MS = 5;

interface Answer {
  status: number;
  tookMs: number;
  hasRetryAfter: boolean;
}

async function measureCeiling(): Promise<number> {
  const script = fileURLToPath(new URL('./support/bare-hashing.js', import.meta.url));
  const child = fork(script, [String(CEILING_MS), String(availableParallelism())]);
  const [perSecond] = (await once(child, 'message')) as [number];
  return perSecond;
}

/** Sends at a steady rate for so long, and waits for the last answer. */
async function sendSteadily(perSecond: number, durationMs: number, send: (index: number) => Promise<Answer>) {
  const answers: Promise<Answer>[] = [];
  const startedAtMs = performance.now();
  for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs = performance.now() - startedAtMs) {
    while (answers.length < (elapsedMs / 1_000) * perSecond) answers.push(send(answers.length));
    await new Promise((wake) => setTimeout(wake, TICK_MS));
  }
  return Promise.all(answers);
}

function createSenders(aquifer: AquiferServer, token: string) {
  const floodPool = new Pool(aquifer.url, { connections: 400, pipelining: 1 });
  const checkPool = new Pool(aquifer.url, { connections: 20, pipelining: 1 });
  const ask = async (pool: Pool, request: Parameters<Pool['request']>[0]): Promise<Answer> => {
    const startedAtMs = performance.now();
    const { statusCode, headers, body } = await pool.request(request);
    await body.dump();
    const tookMs = performance.now() - startedAtMs;
    return { status: statusCode, tookMs, hasRetryAfter: headers['retry-after'] !== undefined };
  };
  return {
    logIn: (index: number) =>
      ask(floodPool, {
        ...{ method: 'POST', path: '/v1/accounts/log-in' },
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`,
        },
        body: JSON.stringify({ email: `user${(index * 7) % USERS}@example.org`, password: PASSWORD }),
      }),
    check: () =>
      ask(checkPool, { method: 'GET', path: '/v1/accounts/sessions', headers: { authorization: `Bearer ${token}` } }),
    close: () => Promise.all([floodPool.close(), checkPool.close()]),
  };
}

function p99(answers: readonly Answer[]): number {
  const sorted = answers.map(({ tookMs }) => tookMs).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
}

await withEmbeddedDatabase(async ({ url }) => {
  const aquifer = await startAquifer(url, { TRUSTED_PROXIES: 'loopback', PROOF_OF_WORK_FROM: '0' });
  for (let index = 0; index < USERS; index += 1) {
    const body = { email: `user${index}@example.org`, password: PASSWORD, role: 'user' };
    await aquifer.call('POST', '/v1/accounts/users', { token: aquifer.operatorToken, body });
  }
  const ceiling = await measureCeiling();
  const { logIn, check, close } = createSenders(aquifer, aquifer.operatorToken);
  await sendSteadily(CHECKS_PER_SECOND, 2_000, check);
  const calm = await sendSteadily(CHECKS_PER_SECOND, CALM_MS, check);
  const startedAtMs = performance.now();
  const [checks, logIns] = await Promise.all([
    sendSteadily(CHECKS_PER_SECOND, FLOOD_MS, check),
    sendSteadily(ceiling * TIMES, FLOOD_MS, logIn),
  ]);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  await close();
  await aquifer.stop();

  const done = logIns.filter(({ status }) => status === 200);
  const refused = logIns.filter(({ status, hasRetryAfter }) => status === 503 && hasRetryAfter);
  const failedChecks = checks.filter(({ status }) => status !== 200).length;
  const share = done.length / seconds / ceiling;
  const goals: [line: string, isKept: boolean][] = [
    [
      `session checks: p99 ${p99(calm).toFixed(1)} ms calm, ${p99(checks).toFixed(1)} ms flooded (goal 1.5 ×)`,
      p99(checks) <= 1.5 * p99(calm),
    ],
    [`session checks that failed: ${failedChecks} of ${checks.length} (goal 0)`, failedChecks === 0],
    [`refused: ${refused.length}, p99 ${p99(refused).toFixed(1)} ms (goal 20 ms)`, p99(refused) <= 20],
    [
      `neither done nor refused with 503 and Retry-After: ${logIns.length - done.length - refused.length} of ${logIns.length} (goal 0)`,
      logIns.length === done.length + refused.length,
    ],
    [
      `log-ins: ${(done.length / seconds).toFixed(1)}/s of a ceiling of ${ceiling.toFixed(1)}/s, ratio ${share.toFixed(3)} (goal 0.9)`,
      share >= 0.9,
    ],
  ];
  for (const [line, isKept] of goals) console.log(`${isKept ? 'kept  ' : 'missed'}  ${line}`);
  if (goals.some(([, isKept]) => !isKept)) process.exitCode = 2;
});
