/** Requests at a steady rate whatever the answers do, and what became of each: for the flood and for whoever watches it. */

import { Pool } from 'undici';
import { PASSWORD } from './aquifer-server.ts';

export interface Answer {
  status: number;
  tookMs: number;
  hasRetryAfter: boolean;
}

/** What became of a flood. */
export interface FloodResult {
  sent: number;
  done: number;
  /** With 503 and Retry-After. */
  refused: number;
  refusedP99Ms: number;
  /** From the first arrival to the last answer. */
  seconds: number;
}

export const USERS = 200;
export const TICK_MS = 5;

const bodyOf = (index: number) =>
  JSON.stringify({ email: `user${(index * 7) % USERS}@example.org`, password: PASSWORD });
const addressOf = (network: string, index: number) => `${network}.${(index >> 8) & 255}.${index & 255}`;

/** Log-ins as they go over the wire. All but the address they come from is written once for each user. */
export function logInRequests(url: string, network: string): (index: number) => string {
  const head = `POST /v1/accounts/log-in HTTP/1.1\r\nhost: ${new URL(url).host}\r\ncontent-type: application/json\r\n`;
  const tails = Array.from({ length: USERS }, (_, index) => {
    const body = bodyOf(index);
    return `\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  });
  return (index) => `${head}x-forwarded-for: ${addressOf(network, index)}${tails[index % USERS]}`;
}

/** Sends at a steady rate for so long, and waits for the last answer. */
export async function sendSteadily(
  perSecond: number,
  durationMs: number,
  send: (index: number) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Promise<Answer>[] = [];
  const startedAtMs = performance.now();
  for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs = performance.now() - startedAtMs) {
    while (answers.length < (elapsedMs / 1_000) * perSecond) answers.push(send(answers.length));
    await new Promise((wake) => setTimeout(wake, TICK_MS));
  }
  return Promise.all(answers);
}

/** @param network the first two parts of the addresses that its log-ins come from */
export function createSenders(url: string, token: string, network: string) {
  const floodPool = new Pool(url, { connections: 400, pipelining: 1 });
  const checkPool = new Pool(url, { connections: 20, pipelining: 1 });
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
        headers: { 'content-type': 'application/json', 'x-forwarded-for': addressOf(network, index) },
        body: bodyOf(index),
      }),
    check: () =>
      ask(checkPool, { method: 'GET', path: '/v1/accounts/sessions', headers: { authorization: `Bearer ${token}` } }),
    close: () => Promise.all([floodPool.close(), checkPool.close()]),
  };
}

export function p99(answers: readonly Answer[]): number {
  const sorted = answers.map(({ tookMs }) => tookMs).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
}

export const isRefused = ({ status, hasRetryAfter }: Answer) => status === 503 && hasRetryAfter;
