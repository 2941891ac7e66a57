/**
 * Claim: under ten times the log-ins that hashing can do, for 60 s, session checks keep a p99 of 1.5 × calm at the most,
 * whoever is refused gets 503 with Retry-After within 20 ms (p99), and log-ins go on at 0.9 of the hashing ceiling or more.
 * The ceiling is bare argon2id in a process that does nothing else, as in `log-ins`. Proof of work is off: it would make the
 * flood smaller. Arrivals keep their rate whatever the answers do, and each comes from a network of its own. The flood is sent by
 * a process of its own, and how long checks and refusals take is seen by another.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PASSWORD, startAquifer } from './support/aquifer-server.ts';
import { withEmbeddedDatabase } from './support/embedded-database.ts';
import { type Answer, type FloodResult, isRefused, p99, USERS } from './support/flood-traffic.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, times: { type: 'string', default: '10' } },
});
const FLOOD_MS = Number(values.seconds) * 1_000;
const CALM_MS = Math.max(5_000, FLOOD_MS / 3);
const CEILING_MS = Math.min(10_000, FLOOD_MS);
/** The claim is made of ten; fewer show where it begins to hold. */
const TIMES = Number(values.times);

interface Observed {
  checks: Answer[];
  logIns: Answer[];
}

function startChild(script: string, args: string[]): ChildProcess {
  return fork(fileURLToPath(new URL(`./support/${script}`, import.meta.url)), args);
}

async function measureCeiling(): Promise<number> {
  const child = startChild('bare-hashing.js', [String(CEILING_MS), String(availableParallelism())]);
  const [perSecond] = (await once(child, 'message')) as [number];
  return perSecond;
}

async function observe(url: string, token: string, durationMs: number, what = ''): Promise<Observed> {
  const [seen] = await once(startChild('flood-observer.js', [url, token, String(durationMs), what]), 'message');
  return seen as Observed;
}

async function flood(url: string, perSecond: number): Promise<FloodResult> {
  const child = startChild('flood-sender.js', [url, String(perSecond), String(FLOOD_MS), '10.1']);
  const [result] = (await once(child, 'message')) as [FloodResult];
  return result;
}

await withEmbeddedDatabase(async ({ url }) => {
  const aquifer = await startAquifer(url, { TRUSTED_PROXIES: 'loopback', PROOF_OF_WORK_FROM: '0' });
  for (let index = 0; index < USERS; index += 1) {
    const body = { email: `user${index}@example.org`, password: PASSWORD, role: 'user' };
    await aquifer.call('POST', '/v1/accounts/users', { token: aquifer.operatorToken, body });
  }
  const ceiling = await measureCeiling();
  await observe(aquifer.url, aquifer.operatorToken, 2_000);
  const { checks: calm } = await observe(aquifer.url, aquifer.operatorToken, CALM_MS);
  const [{ checks, logIns: watched }, flooded] = await Promise.all([
    observe(aquifer.url, aquifer.operatorToken, FLOOD_MS, 'log-ins'),
    flood(aquifer.url, ceiling * TIMES),
  ]);
  await aquifer.stop();

  const sent = flooded.sent + watched.length;
  const done = flooded.done + watched.filter(({ status }) => status === 200).length;
  const refused = flooded.refused + watched.filter(isRefused).length;
  const waitedMs = p99(watched.filter(isRefused));
  const failedChecks = checks.filter(({ status }) => status !== 200).length;
  const perSecond = done / flooded.seconds;
  const share = perSecond / ceiling;
  const goals: [line: string, isKept: boolean][] = [
    [
      `session checks: p99 ${p99(calm).toFixed(1)} ms calm, ${p99(checks).toFixed(1)} ms flooded (goal 1.5 ×)`,
      p99(checks) <= 1.5 * p99(calm),
    ],
    [`session checks that failed: ${failedChecks} of ${checks.length} (goal 0)`, failedChecks === 0],
    [
      `refused: ${refused}, p99 ${waitedMs.toFixed(1)} ms (goal 20 ms); by the sender itself ${flooded.refusedP99Ms.toFixed(1)} ms`,
      waitedMs <= 20,
    ],
    [
      `neither done nor refused with 503 and Retry-After: ${sent - done - refused} of ${sent} (goal 0)`,
      sent === done + refused,
    ],
    [
      `log-ins: ${perSecond.toFixed(1)}/s of a ceiling of ${ceiling.toFixed(1)}/s, ratio ${share.toFixed(3)} (goal 0.9)`,
      share >= 0.9,
    ],
  ];
  for (const [line, isKept] of goals) console.log(`${isKept ? 'kept  ' : 'missed'}  ${line}`);
  if (goals.some(([, isKept]) => !isKept)) process.exitCode = 2;
});
