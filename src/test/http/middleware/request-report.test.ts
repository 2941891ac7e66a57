import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { AppError } from '../../../main/foundation/errors.ts';
import { type EndedRequest, openEventStream, RequestTracker, type Route, route } from '../../../main/http/index.ts';
import { createTestServer } from '../../support/http.ts';

const any = { summary: 'One', response: { 200: Type.Any() } } as const;
const Named = Type.Object({ email: Type.String() }, { additionalProperties: false });

const routes: Route[] = [
  route('GET', '/fine', { access: 'user', schema: any }, async () => ({ fine: true })),
  route('GET', '/refused/:id', { access: 'public', schema: any }, async () => {
    throw new AppError('overloaded', 'lane_full', 'Full.');
  }),
  route('GET', '/slow', { access: 'public', schema: any }, async () => {
    await sleep(300);
    return {};
  }),
  route(
    'POST',
    '/log-in',
    { access: 'public', schema: { ...any, body: Named }, subjectField: 'email' },
    async ({ context }) => {
      context.foundUserId = 'ada';
      return {};
    },
  ),
  route('GET', '/stream', { access: 'public', schema: any }, async ({ reply }) => {
    const stream = openEventStream(reply, () => undefined);
    stream.close();
  }),
];

class Notes extends RequestTracker {
  readonly ended: EndedRequest[] = [];
  failsWith: Error | undefined;

  override requestEnded(request: EndedRequest): void {
    this.ended.push(request);
    if (this.failsWith) throw this.failsWith;
  }
}

async function listening() {
  const tracker = new Notes();
  const callers = { token: { userId: 'ada', sessionId: 's', role: 'user' as const } };
  const server = await createTestServer(routes, { tracker, callers });
  const { port } = await server.listen('127.0.0.1', 0);
  return { tracker, server, url: `http://127.0.0.1:${port}` };
}

test('each request is told once, with who asked, how it ended and what it was refused with', async () => {
  const { server, tracker, url } = await listening();
  await fetch(`${url}/fine`, { headers: { authorization: 'Bearer token', traceparent: '00-abc' } });
  await fetch(`${url}/fine`, { headers: { authorization: 'Bearer wrong' } });
  await fetch(`${url}/refused/7`);
  await (await fetch(`${url}/stream`)).text();
  await fetch(`${url}/nowhere`);
  await expect.poll(() => tracker.ended.length).toBe(3);
  const [fine, stranger, refused] = tracker.ended;
  expect(fine).toMatchObject({ route: 'GET /fine', access: 'user', statusCode: 200, refusal: null, userId: 'ada' });
  expect(fine).toMatchObject({ isAbandoned: false, traceparent: '00-abc', subject: 'token' });
  expect(stranger).toMatchObject({ statusCode: 401, refusal: 'not_logged_in', userId: null, subject: 'wrong' });
  expect(refused).toMatchObject({ route: 'GET /refused/:id', statusCode: 503, refusal: 'lane_full', subject: null });
  await server.close(1_000);
});

test('one whose client does not wait is told as abandoned', async () => {
  const { server, tracker, url } = await listening();
  await fetch(`${url}/slow`, { signal: AbortSignal.timeout(50) }).catch(() => undefined);
  await expect.poll(() => tracker.ended).toMatchObject([{ route: 'GET /slow', isAbandoned: true }]);
  await server.close(1_000);
});

test('whom a log-in is of is told, whatever its body is, and whatever the tracker makes of it', async () => {
  const { server, tracker, url } = await listening();
  const post = (body: unknown) =>
    fetch(`${url}/log-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await post({ email: 'Ada@Example.com' });
  for (const wrong of [{ email: 7 }, { email: null }, {}, null, [], 'text']) await post(wrong);
  await expect.poll(() => tracker.ended.length).toBe(7);
  expect(tracker.ended[0]).toMatchObject({ userId: 'ada', subject: 'ada@example.com' });
  expect(tracker.ended.slice(1).every(({ subject }) => subject === null)).toBe(true);
  tracker.failsWith = new Error('a fault of who counts');
  expect((await post({ email: 'ben@example.com' })).status).toBe(200);
  expect((await post({ email: 'ben@example.com' })).status).toBe(200);
  await server.close(1_000);
});
