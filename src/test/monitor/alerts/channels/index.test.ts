/** Channels from end to end: made by an operator, told of alerts, against real receivers, with the database there and away. */

import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { createAlert, resolve } from '../../../support/alerts.ts';
import { type Receiver, startReceiver } from '../../../support/receiver.ts';
import { type ChannelsServer, startChannels } from './channels-server.ts';

let server: ChannelsServer;
let receiver: Receiver;
beforeAll(async () => {
  server = await startChannels();
  receiver = await startReceiver();
});

const sentences = (deliveries: readonly { sentence: string }[]) => deliveries.map(({ sentence }) => sentence);

describe('a webhook', () => {
  test('is told of an alert and of its end, once each, signed', async () => {
    const { channel, secret } = await server.client.createChannel({
      name: 'on-call',
      kind: 'webhook',
      target: `${receiver.url}/hooks/secret-path`,
    });
    expect(channel).toMatchObject({ target: `${receiver.url}/…`, hasSecret: true, lastDelivery: null, waiting: 0 });
    const alert = createAlert();
    server.channels.notify(alert, 'fired');
    server.channels.notify({ ...alert, count: 2 }, 'updated');
    await expect.poll(() => receiver.received.length).toBe(1);
    server.channels.notify(resolve(alert), 'resolved');
    await expect.poll(() => receiver.received.length).toBe(2);
    const [fired, resolved] = receiver.received;
    expect(fired?.body).toMatchObject({ type: 'alert.fired', data: { alert: { id: alert.id } } });
    expect(resolved?.body).toMatchObject({ type: 'alert.resolved' });
    const { 'webhook-id': id, 'webhook-timestamp': at } = fired?.headers ?? {};
    const key = Buffer.from((secret ?? '').replace('whsec_', ''), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${at}.${fired?.text}`).digest('base64');
    expect(fired?.headers['webhook-signature']).toBe(`v1,${signature}`);
    const { deliveries } = await server.client.deliveries(channel.id);
    expect(deliveries).toMatchObject([{ state: 'delivered' }, { state: 'delivered', attempts: 1 }]);
    expect(sentences(deliveries)).toEqual(['The webhook answered 200.', 'The webhook answered 200.']);
    await server.client.deleteChannel(channel.id);
  });
});
