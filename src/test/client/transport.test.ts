// One request and one answer, over any fetch.
import { expect, test, vi } from 'vitest';
import { createClient, ProblemError } from '../../main/client/index.ts';

function clientWith(answer: Response | Error, token?: string) {
  const fetch = vi.fn((_url: string | URL | Request, _init?: RequestInit) =>
    answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer.clone()),
  );
  const client = createClient({ baseUrl: 'http://server.example/', fetch, ...(token && { token }) });
  const sent = () => {
    const [url, init] = fetch.mock.calls.at(-1) ?? [];
    return { url: String(url), init, headers: new Headers(init?.headers) };
  };
  return { client, sent };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

test('a token from a log-in is sent from then on, and forgotten at the log-out', async () => {
  const { client, sent } = clientWith(json({ token: 'secret', user: {}, session: {} }));
  await client.accounts.logIn({ email: 'a@example.com', password: 'p' });
  expect(sent().headers.get('authorization')).toBeNull();
  await client.accounts.logOut();
  expect(sent().headers.get('authorization')).toBe('Bearer secret');
  await client.accounts.me();
  expect(sent().headers.get('authorization')).toBeNull();
});

test('what is empty is left out of the query, what is special is escaped', async () => {
  const { client, sent } = clientWith(json({ records: [], nextCursor: null }), 'token');
  await client.data.records('notes').list({ where: { title: 'a&b' }, sort: '-due_at' });
  expect(sent().url).toBe('http://server.example/v1/data/records/notes?sort=-due_at&where.title=a%26b');
  await client.data.records('notes/../x').list();
  expect(sent().url).toBe('http://server.example/v1/data/records/notes%2F..%2Fx');
});

test('a problem document becomes an error with all it says', async () => {
  const { client } = clientWith(
    json(
      {
        title: 'No',
        status: 422,
        detail: 'It is short.',
        code: 'password_refused',
        requestId: 'r1',
        errors: [{ field: 'password', message: 'is short' }],
      },
      422,
      { 'retry-after': '7' },
    ),
  );
  const error = await client.accounts.signUp({ email: 'a@example.com', password: 'p' }).catch((cause) => cause);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ status: 422, code: 'password_refused', requestId: 'r1', retryAfterSeconds: 7 });
  expect(error.message).toBe('It is short.');
  expect(error.fieldMessage('password')).toBe('is short');
});

test('a page of a proxy is a problem too', async () => {
  const { client } = clientWith(new Response('<html>Bad gateway</html>', { status: 502, statusText: 'Bad Gateway' }));
  await expect(client.accounts.me()).rejects.toMatchObject({ status: 502, code: 'http_502', title: 'Bad Gateway' });
});

test('no answer at all has its own code', async () => {
  const { client } = clientWith(new TypeError('fetch failed'));
  await expect(client.accounts.me()).rejects.toMatchObject({ status: 0, code: 'server_unreachable' });
});

test('the caller’s own cancelling is not the server’s absence', async () => {
  const { client } = clientWith(new DOMException('stop', 'AbortError'));
  await expect(client.accounts.me(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
});
