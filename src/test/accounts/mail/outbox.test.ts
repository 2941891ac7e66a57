import { createServer, type Server, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOutbox } from '../../../main/accounts/mail/outbox.ts';
import { createSmtpSender } from '../../../main/accounts/mail/smtp.ts';
import { createSealer } from '../../../main/foundation/sealing.ts';
import { type AccountsApp, createAccountsApp, GOOD_PASSWORD, tokenIn } from '../../support/accounts.ts';

interface Received {
  from: string;
  to: string[];
  raw: string;
}

const closers: (() => Promise<unknown>)[] = [];
let app: AccountsApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
  for (const close of closers.splice(0)) await close();
});

async function startSmtp(options: SMTPServerOptions = {}): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData(stream, session, done) {
      let raw = '';
      stream.on('data', (chunk) => {
        raw += chunk;
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address), raw });
        done();
      });
    },
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(() => resolve(undefined))));
  const { port } = server.server.address() as { port: number };
  return { url: `smtp://127.0.0.1:${port}`, received };
}

/** Takes connections, and never comes to an end: it says nothing, or a little again and again. */
async function startStalling(says: string): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    if (says !== '') {
      socket.write('220 hello\r\n');
      setInterval(() => socket.destroyed || socket.write(says), 50).unref();
    }
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `smtp://127.0.0.1:${(server.address() as { port: number }).port}`;
}

const decode = (raw: string) =>
  raw
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
const askForReset = (email: string) => app?.ask('POST', 'password/forgot', { body: { email } });
const requests = () =>
  app?.sql<{ attempts: number; failed: boolean; wait: number }>(
    `select attempts, failed_at is not null as failed, extract(epoch from due_at - now())::float8 as wait
     from aquifer_accounts.mail_requests`,
  );
const makeDue = () => app?.sql('update aquifer_accounts.mail_requests set due_at = now()');

async function startApp(smtpUrl: string): Promise<AccountsApp> {
  app = await createAccountsApp({ environment: { SMTP_URL: smtpUrl, MAIL_FROM: 'Club <post@club.example>' } });
  await app.accounts.createUser({ email: 'ada@example.com', password: GOOD_PASSWORD, role: 'user' });
  return app;
}

describe('with a mail server', () => {
  test('mail is sent at once, from whom it says, with a link that works, and the request is gone', async () => {
    const { url, received } = await startSmtp();
    const running = await startApp(url);
    for (const service of running.accounts.services) await service.start();
    await running.runService('outbox');
    const askedAtMs = performance.now();
    await askForReset('ada@example.com');
    await expect.poll(() => received.length, { timeout: 3_000, interval: 10 }).toBe(1);
    expect(performance.now() - askedAtMs).toBeLessThan(2_000);
    const [mail] = received;
    expect(mail).toMatchObject({ from: 'post@club.example', to: ['ada@example.com'] });
    expect(mail?.raw).toContain('Auto-Submitted: auto-generated');
    const token = tokenIn(decode(mail?.raw ?? ''));
    const newPassword = 'twelve red boats rowing';
    const reset = await running.ask('POST', 'password/reset', { body: { token, newPassword } });
    expect(reset.statusCode).toBe(204);
    expect(running.log.join('')).not.toContain(token);
    await expect.poll(() => received.length).toBe(2);
    await expect.poll(requests).toEqual([]);
  });

  test('there is no mailbox page', async () => {
    const { url } = await startSmtp();
    const running = await startApp(url);
    const { token } = await running.operator();
    expect((await running.ask('GET', 'mailbox', { token })).json().code).toBe('route_not_found');
  });

  test('two processes send a mail once', async () => {
    const { url, received } = await startSmtp();
    const running = await startApp(url);
    for (let index = 0; index < 20; index += 1) {
      await running.accounts.createUser({ email: `guest${index}@example.com`, role: 'user' });
    }
    const second = createOutbox({
      database: running.database,
      mailSender: createSmtpSender({ url, from: 'post@club.example', timeoutMs: 5_000 }),
      sender: { appName: 'Club', baseUrl: 'http://localhost:8400' },
      sealer: createSealer(undefined),
      logger: running.server.fastify.log as never,
    });
    await Promise.all([running.runService('outbox'), second.runOnce()]);
    expect(received.flatMap(({ to }) => to).sort()).toEqual(
      Array.from({ length: 20 }, (_, index) => `guest${index}@example.com`).sort(),
    );
  });
});

describe('with a mail server that refuses', () => {
  test('the mail is tried again later and later, its link newly made, then given up', async () => {
    const { url } = await startSmtp({
      onRcptTo: (_address, _session, done) => done(new Error('no such mailbox: ada@example.com')),
    });
    const running = await startApp(url);
    await askForReset('ada@example.com');
    await running.runService('outbox');
    const [first] = (await requests()) ?? [];
    expect(first).toMatchObject({ attempts: 1, failed: false });
    expect(first?.wait).toBeGreaterThan(10);
    expect(first?.wait).toBeLessThan(20);
    await makeDue();
    await running.runService('outbox');
    const [second] = (await requests()) ?? [];
    expect(second?.wait).toBeGreaterThan(21);
    await running.sql('update aquifer_accounts.mail_requests set attempts = 8, due_at = now()');
    await running.runService('outbox');
    expect((await requests())?.[0]).toMatchObject({ attempts: 9, failed: true });
    const log = running.log.join('');
    expect(log).toContain('a mail was given up');
    // What a server answers repeats the address; only its code is kept.
    expect(log).not.toContain('no such mailbox');
    expect(log).toContain('"reason":"EENVELOPE 550"');
    await makeDue();
    await running.runService('outbox');
    expect((await requests())?.[0]?.attempts).toBe(9);
  });
});

describe('with a mail server that hangs', () => {
  test.each([
    ['says nothing', ''],
    ['never finishes what it says', '250-one moment\r\n'],
  ])('and %s: the request is answered, no connection is held, and the mail is put off', async (_how, says) => {
    const running = await startApp('smtp://127.0.0.1:1');
    const outbox = createOutbox({
      database: running.database,
      mailSender: createSmtpSender({ url: await startStalling(says), from: 'post@club.example', timeoutMs: 400 }),
      sender: { appName: 'Club', baseUrl: 'http://localhost:8400' },
      sealer: createSealer(undefined),
      logger: running.server.fastify.log as never,
    });
    expect((await askForReset('ada@example.com'))?.statusCode).toBe(202);
    const startedAtMs = performance.now();
    const sending = outbox.runOnce();
    await new Promise((wake) => setTimeout(wake, 200));
    expect(running.database.listLeases()).toEqual([]);
    await sending;
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
    expect((await requests())?.[0]).toMatchObject({ attempts: 1, failed: false });
    expect(running.log.join('')).toContain('ETIMEDOUT');
  });

  test('a process that dies while sending leaves the mail to another, after its claim is over', async () => {
    const running = await startApp('smtp://127.0.0.1:1');
    await askForReset('ada@example.com');
    const { claimMailRequests } = await import('../../../main/accounts/queries/mail.ts');
    expect(await running.database.query(claimMailRequests, [8, 60_000])).toHaveLength(1);
    expect(await running.database.query(claimMailRequests, [8, 60_000])).toEqual([]);
    await makeDue();
    expect(await running.database.query(claimMailRequests, [8, 60_000])).toMatchObject([{ attempts: 2 }]);
  });
});

describe('without a mail server', () => {
  beforeEach(async () => {
    app = await createAccountsApp();
    await app.accounts.createUser({ email: 'ada@example.com', password: GOOD_PASSWORD, role: 'user' });
  });

  test('operators read the mail in the mailbox, page by page, and empty it', async () => {
    const running = app as AccountsApp;
    const { token } = await running.operator();
    for (let round = 0; round < 3; round += 1) await askForReset('ada@example.com');
    await running.sendMail();
    const first = (await running.ask('GET', 'mailbox?limit=2', { token })).json();
    expect(first.mails).toHaveLength(2);
    const second = (await running.ask('GET', `mailbox?limit=2&cursor=${first.nextCursor}`, { token })).json();
    expect([second.mails.length, second.nextCursor]).toEqual([1, null]);
    const [newest] = first.mails;
    expect(newest).toMatchObject({ to: 'ada@example.com', template: 'password_reset' });
    expect((await running.ask('GET', `mailbox/${newest.id}`, { token })).json().mail).toEqual(newest);
    expect((await running.ask('DELETE', 'mailbox', { token })).statusCode).toBe(204);
    expect((await running.ask('GET', `mailbox/${newest.id}`, { token })).json().code).toBe('mail_not_found');
  });

  test('the mailbox keeps the newest 500', async () => {
    const running = app as AccountsApp;
    await running.sql(
      `insert into aquifer_accounts.mailbox (id, recipient, subject, template, body_text)
       select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'x', 'x', 'x', 'x' from generate_series(1, 600) n`,
    );
    await askForReset('ada@example.com');
    await running.sendMail();
    const [row] = await running.sql<{ n: number }>('select count(1)::integer as n from aquifer_accounts.mailbox');
    expect(row?.n).toBe(500);
    expect(await running.mailsTo('ada@example.com')).toHaveLength(1);
  });
});
