import { expect, test } from 'vitest';
import { slackSender } from '../../../../../main/monitor/alerts/channels/senders/slack.ts';
import { startReceiver } from '../../../../support/receiver.ts';
import { createMessage, signal } from '../message.ts';

const receiver = await startReceiver();
const access = { target: `${receiver.url}/services/T0/B0/x`, secret: null };

test('Slack is given a text for notifications, the sentence, facts and a link', async () => {
  const outcome = await slackSender.send(access, createMessage('fired', { count: 3 }), signal);
  expect(outcome).toEqual({ result: 'delivered', sentence: 'Slack answered 200.' });
  const { body } = receiver.received.at(-1) ?? {};
  expect(body.text).toBe(
    'Night Market: Page: Pool near exhaustion. Reports hold all 10 connections, and 40 callers wait.',
  );
  const [attachment] = body.attachments;
  expect(attachment.color).toBe('#c0362c');
  expect(attachment.blocks.map(({ type }: { type: string }) => type)).toEqual([
    'header',
    'section',
    'section',
    'context',
  ]);
  const fields = attachment.blocks[2].fields.map(({ text }: { text: string }) => text);
  expect(fields).toContain('*Where*\ninteractive');
  expect(fields).toContain('*Measured*\n0.98, against 0.9');
  expect(fields).toContain('*Of its kind*\n3');
  expect(JSON.stringify(attachment.blocks[3])).toContain('<https://market.example/console/alerts|Open the console>');
});

test('a name that Slack would take for its own markup rings nobody', async () => {
  await slackSender.send(access, createMessage('fired', { sentence: '<!channel> & <@U1>', scope: '<!here>' }), signal);
  const { text } = receiver.received.at(-1) ?? { text: '' };
  expect(text).not.toMatch(/<!|<@/);
  expect(text).toContain('&lt;!channel&gt; &amp; &lt;@U1&gt;');
});

test('what is longer than Slack takes is cut, and an end is in another colour', async () => {
  await slackSender.send(
    access,
    createMessage('resolved', { sentence: 'x'.repeat(9_000), ruleName: 'y'.repeat(400) }),
    signal,
  );
  const [{ blocks, color }] = receiver.received.at(-1)?.body.attachments ?? [];
  expect(color).toBe('#2f855a');
  expect(blocks[0].text.text.length).toBeLessThanOrEqual(150);
  expect(blocks[1].text.text.length).toBeLessThanOrEqual(3_000);
  expect(JSON.stringify(blocks)).toContain('*Lasted*\\n4 min 10 s');
});
