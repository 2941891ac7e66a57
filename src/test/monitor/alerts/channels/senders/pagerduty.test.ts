import { expect, test } from 'vitest';
import { pagerDutySender } from '../../../../../main/monitor/alerts/channels/senders/pagerduty.ts';
import { startReceiver } from '../../../../support/receiver.ts';
import { createMessage, signal } from '../message.ts';

const receiver = await startReceiver(() => ({ status: 202 }));
const access = { target: `${receiver.url}/v2/enqueue`, secret: 'R0UT1NGKEY' };

test('PagerDuty opens by the alert’s id and closes by it', async () => {
  const message = createMessage();
  expect(await pagerDutySender.send(access, message, signal)).toMatchObject({ result: 'delivered' });
  const [opened] = receiver.received;
  expect(opened?.path).toBe('/v2/enqueue');
  expect(opened?.body).toMatchObject({
    ...{ routing_key: 'R0UT1NGKEY', event_action: 'trigger', dedup_key: `aquifer-${message.alert.id}` },
    payload: {
      summary: expect.stringContaining('Reports hold all 10 connections'),
      severity: 'critical',
      source: 'Night Market',
      timestamp: '2026-11-23T08:00:00.000Z',
      component: 'interactive',
    },
  });
  await pagerDutySender.send(access, { ...message, change: 'resolved' }, signal);
  expect(receiver.received.at(-1)?.body).toEqual({
    ...{ routing_key: 'R0UT1NGKEY', event_action: 'resolve', dedup_key: `aquifer-${message.alert.id}` },
  });
});

test('a test is opened and closed again', async () => {
  const before = receiver.received.length;
  const outcome = await pagerDutySender.send(access, createMessage('test'), signal);
  expect(outcome.sentence).toContain('opened and closed');
  expect(receiver.received.slice(before).map(({ body }) => body.event_action)).toEqual(['trigger', 'resolve']);
});

test('its fault is told without the key', async () => {
  receiver.answer(() => ({ status: 400, text: '{"status":"invalid event","message":"R0UT1NGKEY is unknown"}' }));
  const { result, sentence } = await pagerDutySender.send(access, createMessage(), signal);
  expect(result).toBe('refused');
  expect(sentence).toContain('invalid event');
  expect(sentence).not.toContain('R0UT1NGKEY');
});

test('what is longer than PagerDuty takes is cut', async () => {
  receiver.answer(() => ({ status: 202 }));
  await pagerDutySender.send(access, createMessage('fired', { sentence: 'x'.repeat(5_000) }), signal);
  expect(receiver.received.at(-1)?.body.payload.summary.length).toBeLessThanOrEqual(1_024);
});
