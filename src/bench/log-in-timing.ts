/**
 * Claim: how long an answer takes tells nobody whether an address is known. 2,000 log-ins with a wrong password, half of them
 * for known addresses and half for unknown, in random order; then the same for sign-up, forgotten password, resent
 * verification and log-in by mail (800 each: mail to one address is limited). Each arm's times are compared by Welch's
 * t-test and by Mann and Whitney's; a p below 0.01, by both, counts as significant.
 */

import { parseArgs } from 'node:util';
import { Client } from 'undici';
import { type AquiferServer, PASSWORD, startAquifer } from './support/aquifer-server.ts';
import { withEmbeddedDatabase } from './support/embedded-database.ts';
import { compare } from './support/significance.ts';

const { values } = parseArgs({ options: { samples: { type: 'string', default: '2000' } } });
const LOG_INS = Number(values.samples);
/** Mail to one address is limited to twenty an hour; each address is used for four kinds. */
const MAILS = Math.floor(LOG_INS * 0.4);
const ADDRESSES = Math.max(10, Math.ceil(LOG_INS / 20));
const WARM_UP = 20;
const SIGNIFICANT = 0.01;

const WRONG = 'a wrong password for everybody';
const kinds: { path: string; samples: number; body: (email: string) => object }[] = [
  { path: 'log-in', samples: LOG_INS, body: (email) => ({ email, password: WRONG }) },
  { path: 'sign-up', samples: MAILS, body: (email) => ({ email, password: PASSWORD }) },
  { path: 'password/forgot', samples: MAILS, body: (email) => ({ email }) },
  { path: 'verify-email/resend', samples: MAILS, body: (email) => ({ email }) },
  { path: 'log-in/mail', samples: MAILS, body: (email) => ({ email, transport: 'bearer' }) },
];

const addressOf = (isKnown: boolean, index: number) => `${isKnown ? 'known' : 'other'}${index % ADDRESSES}@example.org`;

async function makePeople(aquifer: AquiferServer): Promise<void> {
  for (let index = 0; index < ADDRESSES; index += 1) {
    const body = { email: addressOf(true, index), password: PASSWORD, role: 'user' };
    await aquifer.call('POST', '/v1/accounts/users', { token: aquifer.operatorToken, body });
  }
}

/** As many of the one as of the other, in random order. */
function drawOrder(count: number): { isKnown: boolean; index: number }[] {
  const drawn = Array.from({ length: count }, (_, at) => ({ isKnown: at % 2 === 0, index: Math.floor(at / 2) }));
  for (let at = drawn.length - 1; at > 0; at -= 1) {
    const other = Math.floor(Math.random() * (at + 1));
    [drawn[at], drawn[other]] = [drawn[other] as (typeof drawn)[0], drawn[at] as (typeof drawn)[0]];
  }
  return drawn;
}

let asked = 0;
/** Each from a network of its own, so that none meets a limit. */
const nextIp = () => {
  asked += 1;
  return `10.${(asked >> 16) & 255}.${(asked >> 8) & 255}.${asked & 255}`;
};

async function timeOf(client: Client, path: string, body: object): Promise<number> {
  const startedAtMs = performance.now();
  const answer = await client.request({
    ...{ method: 'POST', path: `/v1/accounts/${path}`, body: JSON.stringify(body) },
    headers: { 'content-type': 'application/json', 'x-forwarded-for': nextIp() },
  });
  await answer.body.dump();
  const tookMs = performance.now() - startedAtMs;
  if (answer.statusCode !== 202 && answer.statusCode !== 401) throw new Error(`${path} answered ${answer.statusCode}`);
  return tookMs;
}

async function measure(client: Client, { path, samples, body }: (typeof kinds)[0]): Promise<boolean> {
  const timesMs = { known: [] as number[], unknown: [] as number[] };
  for (let at = 0; at < WARM_UP; at += 1) await timeOf(client, path, body(`warm${path.length}-${at}@example.org`));
  for (const { isKnown, index } of drawOrder(samples)) {
    const tookMs = await timeOf(client, path, body(addressOf(isKnown, index)));
    timesMs[isKnown ? 'known' : 'unknown'].push(tookMs);
  }
  const { medianA, medianB, welchP, mannWhitneyP } = compare(timesMs.known, timesMs.unknown);
  const isSignificant = welchP < SIGNIFICANT && mannWhitneyP < SIGNIFICANT;
  const medians = `known ${medianA.toFixed(2)} ms, unknown ${medianB.toFixed(2)} ms (medians of ${samples / 2})`;
  const chances = `Welch p ${welchP.toFixed(3)}, Mann-Whitney p ${mannWhitneyP.toFixed(3)}`;
  console.log(`${path.padEnd(20)} ${medians}; ${chances}: ${isSignificant ? 'SIGNIFICANT' : 'not significant'}`);
  return !isSignificant;
}

await withEmbeddedDatabase(async ({ url }) => {
  const aquifer = await startAquifer(url, { TRUSTED_PROXIES: 'loopback', PROOF_OF_WORK_FROM: '0' });
  await makePeople(aquifer);
  const client = new Client(aquifer.url, { pipelining: 1 });
  let isKept = true;
  for (const kind of kinds) isKept = (await measure(client, kind)) && isKept;
  await client.close();
  await aquifer.stop();
  if (!isKept) process.exitCode = 2;
});
