/** From a statement that takes too long to the message that says so, in a whole server, with its pool held by just that. */

import { beforeAll, expect, test } from 'vitest';
import { type App, route, startApp, Type } from '../../main/app.ts';
import { createClient } from '../../main/client/index.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import { becomeOperator, call } from '../support/api-session.ts';
import { createTestDatabase } from '../support/database.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';

const SECRET = 'kettle-7-secret';
const CALLS_BEFORE = 30;
const LONG_SECONDS = 8;

let app: App;
let receiver: Receiver;
let token: string;
beforeAll(async () => {
  const target = await createTestDatabase();
  atEndOfFile(() => target.drop());
  receiver = await startReceiver();
  const schema = {
    summary: 'Waits',
    query: Type.Object({ seconds: Type.Number() }, { additionalProperties: false }),
    response: { 200: Type.Any() },
  };
  app = await startApp({
    environment: { DATABASE_URL: target.url, PORT: '0', HASH_THREADS: '1', AQUIFER_POOL_MAX: '8' },
    logger: createLogger({ level: 'silent' }),
    routes: ({ pool }) => [
      route('GET', '/reports/slow', { access: 'public', schema, deadlineMs: 20_000 }, async ({ context, query }) => {
        const text = `select pg_sleep($1) as report where '${SECRET}' <> ''`;
        return (await pool.as(context).query(text, [query.seconds])).rowCount;
      }),
    ],
  });
  atEndOfFile(() => app.stop());
  token = await becomeOperator(app.url, app.setupLink ?? undefined);
});

const callSlow = (seconds: number) => call(app.url, 'GET', `/reports/slow?seconds=${seconds}`);

test('a query that overstays reaches a channel while it runs, without its constants', { timeout: 60_000 }, async () => {
  const { monitor } = createClient({ baseUrl: app.url, token });
  const { channel } = await monitor.createChannel({
    name: 'team',
    kind: 'slack',
    target: receiver.url,
    severityLeast: 'note',
  });
  for (let count = 0; count < CALLS_BEFORE; count += 1) await callSlow(0.005);
  const storm = Array.from({ length: 6 }, () => callSlow(LONG_SECONDS));
  const overstays = () => receiver.received.filter(({ text }) => text.includes('A query overstays'));
  await expect.poll(() => overstays().length, { timeout: 30_000, interval: 50 }).toBeGreaterThan(0);
  const [message] = overstays();
  expect(message?.body.text).toContain('select pg_sleep(?) as report');
  expect(receiver.received.map(({ text }) => text).join()).not.toContain(SECRET);
  await expect
    .poll(() => monitor.channels(), { timeout: 10_000 })
    .toMatchObject([{ id: channel.id, lastDelivery: { succeeded: true } }]);
  await Promise.allSettled(storm);
});
