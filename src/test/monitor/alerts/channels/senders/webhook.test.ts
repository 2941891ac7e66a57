import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { webhookSender } from '../../../../../main/monitor/alerts/channels/senders/webhook.ts';
import { type Received, startReceiver } from '../../../../support/receiver.ts';
import { createMessage, signal } from '../message.ts';

const receiver = await startReceiver();
/** The key of the example in the specification of Standard Webhooks. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

test('a webhook is signed over id, time and body, as Standard Webhooks says', async () => {
  const message = createMessage();
  await webhookSender.send({ target: `${receiver.url}/hook`, secret: SECRET }, message, signal);
  const { headers, text } = receiver.received.at(-1) as Received;
  expect(headers['webhook-id']).toBe('delivery-1');
  expect(headers['webhook-timestamp']).toBe('1795420802');
  const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const expected = createHmac('sha256', key).update(`delivery-1.1795420802.${text}`).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  expect(JSON.parse(text)).toEqual({
    type: 'alert.fired',
    timestamp: '2026-11-23T08:00:02.500Z',
    data: { application: 'Night Market', link: 'https://market.example/console/alerts', alert: message.alert },
  });
});
