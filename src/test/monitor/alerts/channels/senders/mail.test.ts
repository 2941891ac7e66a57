/** Alerts by mail, over the very sender that users' mail goes through, to a real mail server. */

import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { expect, test } from 'vitest';
import { createSmtpSender } from '../../../../../main/accounts/mail/smtp.ts';
import { createMailSender } from '../../../../../main/monitor/alerts/channels/senders/mail.ts';
import { atEndOfFile } from '../../../../support/end-of-file.ts';
import { findFreePort } from '../../../../support/free-port.ts';
import { createMessage, signal } from '../message.ts';

interface ReceivedMail {
  to: string[];
  raw: string;
}

async function startMail(options: SMTPServerOptions = {}, timeoutMs = 2_000) {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], logger: false },
    onData(stream, session, done) {
      let raw = '';
      stream.on('data', (chunk) => {
        raw += chunk;
      });
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw });
        done();
      });
    },
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEndOfFile(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as { port: number };
  return { mails, sender: senderTo(`smtp://127.0.0.1:${port}`, timeoutMs) };
}

function senderTo(url: string, timeoutMs: number) {
  const smtp = createSmtpSender({ url, from: 'Night Market <post@market.example>', timeoutMs });
  atEndOfFile(() => smtp.close());
  return createMailSender((letter) => smtp.send(letter));
}

const refusing = (responseCode: number): SMTPServerOptions => ({
  onRcptTo: ({ address }, _session, done) =>
    done(Object.assign(new Error(`no ${address} here`), { responseCode }) as Error),
});
const access = { target: 'ada@example.com', secret: null };
const unfold = (raw: string) => raw.replace(/\r\n[ \t]/g, ' ');

test('a mail says what the alert says, as text and as HTML, each to its own address', async () => {
  const { mails, sender } = await startMail();
  const message = createMessage('fired', { sentence: 'Reports <b>hold</b> all 10 connections.' });
  const outcome = await sender.send({ target: 'ada@example.com, bob@example.com', secret: null }, message, signal);
  expect(outcome).toEqual({ result: 'delivered', sentence: 'The mail server took it.' });
  expect(mails.map(({ to }) => to).toSorted()).toEqual([['ada@example.com'], ['bob@example.com']]);
  const raw = unfold(mails[0]?.raw ?? '');
  expect(raw).toMatch(/^Subject: Night Market: Page: Pool near exhaustion$/m);
  expect(raw).toMatch(/^From: Night Market <post@market.example>$/m);
  expect(raw).toContain('Since: 2026-11-23 08:00 UTC');
  expect(raw).toContain('Reports &lt;b&gt;hold&lt;/b&gt; all 10 connections.');
});

test('an alert and its end are one conversation, and a mail that is sent twice is one mail', async () => {
  const { mails, sender } = await startMail();
  const message = createMessage();
  await sender.send(access, message, signal);
  await sender.send(access, message, signal);
  await sender.send(access, { ...message, id: 'delivery-2', change: 'resolved' }, signal);
  const header = (name: string) =>
    mails.map(({ raw }) => new RegExp(`^${name}: (.*?)\\r$`, 'm').exec(unfold(raw))?.[1]);
  expect(header('Message-ID')).toEqual(['<delivery-1@aquifer>', '<delivery-1@aquifer>', '<delivery-2@aquifer>']);
  expect(header('References')).toEqual(Array(3).fill(`<alert-${message.alert.id}@aquifer>`));
});

test('an address that does not exist is not tried again, a full mailbox is', async () => {
  const gone = await startMail(refusing(550));
  expect(await gone.sender.send(access, createMessage(), signal)).toEqual({
    result: 'refused',
    sentence: 'The mail server answered 550.',
  });
  const full = await startMail(refusing(452));
  expect(await full.sender.send(access, createMessage(), signal)).toMatchObject({ result: 'again' });
});

test('one address that fails does not send the others their mail again', async () => {
  const { mails, sender } = await startMail({
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('bob') ? Object.assign(new Error('no bob'), { responseCode: 550 }) : null),
  });
  const outcome = await sender.send(
    { target: 'ada@example.com, bob@example.com', secret: null },
    createMessage(),
    signal,
  );
  expect(outcome).toMatchObject({ result: 'delivered', sentence: expect.stringContaining('1 of 2 addresses') });
  expect(outcome.sentence).not.toContain('bob');
  expect(mails).toHaveLength(1);
});

test('a mail server that says nothing, or is not there, costs an attempt and no more', async () => {
  const { sender } = await startMail({ onConnect: () => undefined }, 150);
  expect(await sender.send(access, createMessage(), signal)).toEqual({
    result: 'again',
    sentence: 'The mail server did not answer in time.',
  });
  const nowhere = senderTo(`smtp://127.0.0.1:${await findFreePort()}`, 2_000);
  expect(await nowhere.send(access, createMessage(), signal)).toMatchObject({ result: 'again' });
});

test('what is given up by its channel is not waited for', async () => {
  const never = createMailSender(() => new Promise(() => undefined));
  expect(await never.send(access, createMessage(), AbortSignal.timeout(30))).toMatchObject({ result: 'again' });
});
