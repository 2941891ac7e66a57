import { expect, test } from 'vitest';
import { discordSender } from '../../../../../main/monitor/alerts/channels/senders/discord.ts';
import { startReceiver } from '../../../../support/receiver.ts';
import { createMessage, signal } from '../message.ts';

const receiver = await startReceiver(() => ({ status: 204 }));
const access = { target: `${receiver.url}/api/webhooks/1/x`, secret: null };

test('Discord is given one embed, and nobody is mentioned', async () => {
  const message = createMessage('fired', { sentence: '@everyone read_all_rows is slow' });
  expect(await discordSender.send(access, message, signal)).toMatchObject({ result: 'delivered' });
  const { allowed_mentions: mentions, embeds } = receiver.received.at(-1)?.body ?? {};
  expect(mentions).toEqual({ parse: [] });
  expect(embeds).toHaveLength(1);
  expect(embeds[0]).toMatchObject({
    title: 'Night Market: Page: Pool near exhaustion',
    description: '@everyone read\\_all\\_rows is slow',
    url: 'https://market.example/console/alerts',
    color: 0xc0362c,
    timestamp: '2026-11-23T08:00:02.500Z',
  });
  expect(embeds[0].fields).toContainEqual({ name: 'Where', value: 'interactive', inline: true });
});

test('what is longer than Discord takes is cut', async () => {
  await discordSender.send(
    access,
    createMessage('fired', { sentence: 'x'.repeat(9_000), scope: 'y'.repeat(3_000) }),
    signal,
  );
  const [embed] = receiver.received.at(-1)?.body.embeds ?? [];
  expect(embed.description.length).toBeLessThanOrEqual(4_096);
  for (const { value } of embed.fields) expect(value.length).toBeLessThanOrEqual(1_024);
});

test('a limit is kept to as Discord says', async () => {
  receiver.answer(() => ({ status: 429, headers: { 'retry-after': '0.65' }, text: '{"retry_after":0.65}' }));
  expect(await discordSender.send(access, createMessage(), signal)).toMatchObject({
    result: 'again',
    retryAfterMs: 650,
  });
});
