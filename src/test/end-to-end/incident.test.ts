/** A drought in small: reports hold the pool, users are refused, one incident opens, its cause is named, one call contains it. */

import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { type App, route, startApp, Type } from '../../main/app.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import type { IncidentDetail, IncidentSummary } from '../../main/monitor/incidents/schema.ts';
import { becomeOperator, call, must, PASSWORD } from '../support/api-session.ts';
import { createTestDatabase } from '../support/database.ts';
import { atEndOfFile } from '../support/end-of-file.ts';

const POLL = { timeout: 15_000, interval: 200 };
const STATEMENT = 'select pg_sleep(?)';

let app: App;
let operator: string;
const users: string[] = [];

beforeAll(async () => {
  const database = await createTestDatabase();
  atEndOfFile(() => database.drop());
  app = await startApp({
    environment: { DATABASE_URL: database.url, PORT: '0', HASH_THREADS: '1', AQUIFER_POOL_MAX: '10' },
    logger: createLogger({ level: 'silent' }),
    routes: ({ pool }) => [
      route(
        'GET',
        '/reports',
        { access: 'user', deadlineMs: 4_000, schema: { summary: 'A report', response: { 200: Type.Any() } } },
        async ({ context }) => {
          await pool.as(context).query('select pg_sleep(1.5)');
          return {};
        },
      ),
    ],
  });
  atEndOfFile(() => app.stop());
  operator = await becomeOperator(app.url, app.setupLink ?? undefined);
  for (let index = 0; index < 6; index += 1) {
    const person = { email: `user${index}@example.com`, password: PASSWORD };
    await must(app.url, 'POST', '/v1/accounts/users', { token: operator, body: { ...person, role: 'user' } });
    const { token } = await must<{ token: string }>(app.url, 'POST', '/v1/accounts/log-in', { body: person });
    users.push(token);
  }
});

const read = <Body>(path: string) => must<Body>(app.url, 'GET', `/v1/monitor/${path}`, { token: operator });
const list = async () => (await read<{ incidents: IncidentSummary[] }>('incidents')).incidents;

test('opens exactly one incident, which names its cause and carries the call that contains it', async () => {
  let isOver = false;
  const asked = new Set<Promise<unknown>>();
  const ask = async () => {
    for (let count = 0; !isOver; count += 1) {
      const one: Promise<unknown> = call(app.url, 'GET', '/reports', { token: users[count % users.length] }).finally(
        () => asked.delete(one),
      );
      asked.add(one);
      await sleep(40);
    }
    await Promise.allSettled(asked);
  };
  const storm = ask();
  try {
    await expect.poll(list, POLL).toMatchObject([{ state: 'open' }]);
    await expect
      .poll(list, POLL)
      .toMatchObject([{ verdictKind: expect.stringMatching(/slow_statement|volume_surge/) }]);
    const [{ id } = { id: '' }] = await list();
    const detail = await read<IncidentDetail>(`incidents/${id}`);
    expect(detail.verdict?.statement?.name).toBe(STATEMENT);
    expect(detail.impact.routes[0]).toMatchObject({ route: 'GET /reports' });
    expect(detail.impact.usersHurt).toBeGreaterThanOrEqual(2);
    const kinds = new Set(detail.timeline.map(({ kind }) => kind));
    for (const kind of ['opened', 'users_hurt', 'refusals', 'verdict', 'trouble'] as const)
      expect(kinds).toContain(kind);
    const cap = detail.actions.find(({ kind }) => kind === 'cap_statement');
    expect(cap?.call?.body).toMatchObject({ statement: STATEMENT });
    const { method, path } = cap?.call ?? { method: 'POST', path: '' };
    await must(app.url, method, path, { token: operator, body: { ...cap?.call?.body, max: 0 } });
    const after = await read<IncidentDetail>(`incidents/${id}`);
    expect(after.actions.find(({ kind }) => kind === 'cap_statement')).toMatchObject({ doneAt: expect.any(String) });
    expect(await list()).toHaveLength(1);
  } finally {
    isOver = true;
    await storm;
  }
});
