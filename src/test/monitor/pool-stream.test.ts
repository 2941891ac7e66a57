import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { createEventParser, type ServerEvent } from '../../main/client/event-stream.ts';
import type { PoolSnapshot } from '../../main/monitor/schema.ts';
import { must, PASSWORD } from '../support/api-session.ts';
import { OPERATOR_EMAIL, type RunningApp, runApp } from '../support/running-app.ts';

const CHANGE_LIMIT_MS = 300;
const REVOKED_LIMIT_MS = 6_000;

let running: RunningApp;

beforeAll(async () => {
  running = await runApp();
});

interface Listening {
  events: (ServerEvent & { atMs: number })[];
  ended: Promise<void>;
  hasEnded(): boolean;
}

async function listen(token: string, url = running.url): Promise<Listening> {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/v1/monitor/pool/stream`, { headers, signal: stop.signal });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const events: Listening['events'] = [];
  let isOver = false;
  const readAll = async () => {
    const parse = createEventParser();
    const decoder = new TextDecoder();
    for await (const piece of answer.body ?? []) {
      for (const event of parse(decoder.decode(piece, { stream: true }))) {
        events.push({ ...event, atMs: performance.now() });
      }
    }
  };
  const ended = readAll()
    .catch(() => undefined)
    .finally(() => {
      isOver = true;
    });
  return { events, ended, hasEnded: () => isOver };
}

const acquired = ({ data }: ServerEvent) =>
  (JSON.parse(data) as PoolSnapshot).lanes.reduce((sum, { acquiredTotal }) => sum + acquiredTotal, 0);

async function logIn(): Promise<{ token: string; session: { id: string } }> {
  const body = { email: OPERATOR_EMAIL, password: PASSWORD };
  return must(running.url, 'POST', '/v1/accounts/log-in', { body });
}

test('the pool comes at once, and each change within 300 ms', async () => {
  const { events } = await listen(running.operator);
  await expect.poll(() => events.length).toBeGreaterThan(0);
  expect(events[0]).toMatchObject({ event: 'pool' });

  for (let change = 0; change < 5; change += 1) {
    await sleep(150);
    const before = acquired(events.at(-1) as ServerEvent);
    const askedAtMs = performance.now();
    await must(running.url, 'GET', '/v1/monitor/overview', { token: running.operator });
    const changed = () => events.find((event) => event.atMs >= askedAtMs && acquired(event) > before);
    await expect.poll(changed, { interval: 5 }).toBeDefined();
    expect((changed()?.atMs ?? Infinity) - askedAtMs).toBeLessThan(CHANGE_LIMIT_MS);
  }
});

test('a storm of changes is at most ten events a second', async () => {
  const { events } = await listen(running.operator);
  const fromMs = performance.now();
  while (performance.now() - fromMs < 1_000) {
    await must(running.url, 'GET', '/v1/monitor/overview', { token: running.operator });
  }
  expect(events.length).toBeGreaterThan(3);
  expect(events.length).toBeLessThanOrEqual(12);
});

test('it ends within 6 s when its session is revoked, however busy the pool is, and others go on', async () => {
  const { token, session } = await logIn();
  const doomed = await listen(token);
  const other = await listen(running.operator);
  await must(running.url, 'DELETE', `/v1/accounts/sessions/${session.id}`, { token: running.operator });
  const revokedAtMs = performance.now();
  while (!doomed.hasEnded() && performance.now() - revokedAtMs < REVOKED_LIMIT_MS) {
    await must(running.url, 'GET', '/v1/monitor/overview', { token: running.operator });
    await sleep(20);
  }
  expect({ doomed: doomed.hasEnded(), other: other.hasEnded() }).toEqual({ doomed: true, other: false });
});

test('a server that stops says goodbye, and does not wait for those who listen', async () => {
  const own = await runApp();
  const { events, ended } = await listen(own.operator, own.url);
  await expect.poll(() => events.length).toBeGreaterThan(0);
  const stoppedAtMs = performance.now();
  await own.app.stop();
  expect(performance.now() - stoppedAtMs).toBeLessThan(2_000);
  await ended;
  expect(events.at(-1)?.event).toBe('goodbye');
  expect(JSON.parse(events.at(-1)?.data ?? '')).toEqual({ reconnectAfterMs: expect.any(Number) });
});
