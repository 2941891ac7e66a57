/** Alertmanager: the form of what is sent, and Debian's real one, asked with its own tool. */

import { describe, expect, test } from 'vitest';
import { alertmanagerSender } from '../../../../../main/monitor/alerts/channels/senders/alertmanager.ts';
import { resolve } from '../../../../support/alerts.ts';
import { hasPrometheus, runTool, startAlertmanager } from '../../../../support/prometheus.ts';
import { startReceiver } from '../../../../support/receiver.ts';
import { createMessage, signal } from '../message.ts';

/** Two processors may have much else to do. */
const soon = { timeout: 15_000 };

const receiver = await startReceiver();
const toReceiver = (path = '') => ({ target: `${receiver.url}${path}`, secret: null });

describe('what Alertmanager is sent', () => {
  test('holds for a while, and its end from when it ended', async () => {
    const message = createMessage();
    await alertmanagerSender.send(toReceiver(), message, signal);
    await alertmanagerSender.send(
      toReceiver(),
      { ...message, change: 'resolved', alert: resolve(message.alert) },
      signal,
    );
    const [[fired], [resolved]] = receiver.received.map(({ body }) => body);
    expect(fired).toEqual({
      labels: {
        ...{ alertname: 'Pool near exhaustion', application: 'Night Market', rule: 'pool-near-exhaustion' },
        ...{ severity: 'page', scope: 'interactive', group: 'pool' },
      },
      annotations: { summary: 'Reports hold all 10 connections, and 40 callers wait.', count: '1' },
      startsAt: '2026-11-23T08:00:00.000Z',
      endsAt: '2026-11-23T08:04:02.500Z',
      generatorURL: 'https://market.example/console/alerts',
    });
    expect(resolved).toEqual({ ...fired, endsAt: '2026-11-23T08:04:10.000Z' });
  });

  test.each(['', '/', '/am', '/am/', '/am/api/v2/alerts'])(
    'goes to the right place for the address %j',
    async (path) => {
      await alertmanagerSender.send(toReceiver(path), createMessage(), signal);
      expect(receiver.received.at(-1)?.path).toBe(`${path.startsWith('/am') ? '/am' : ''}/api/v2/alerts`);
    },
  );

  test('is many at once where they are repeated, and has its token', async () => {
    const access = { ...toReceiver(), secret: 'a-token' };
    await alertmanagerSender.repeat?.(access, [createMessage(), createMessage()], signal);
    const { body, headers } = receiver.received.at(-1) ?? {};
    expect(body).toHaveLength(2);
    expect(headers?.authorization).toBe('Bearer a-token');
  });
});

describe.skipIf(!hasPrometheus)('a real Alertmanager', () => {
  test('takes an alert, shows it, and lets it go', async () => {
    const url = await startAlertmanager();
    const access = { target: url, secret: null };
    const startedAt = new Date(Date.now() - 60_000).toISOString();
    const message = {
      ...createMessage('fired', { startedAt, scope: 'GET /v1/data/{x}', sentence: 'A "quoted" one.' }),
      atMs: Date.now(),
    };
    expect(await alertmanagerSender.send(access, message, signal)).toMatchObject({ result: 'delivered' });
    const query = () => runTool('amtool', ['alert', 'query', `--alertmanager.url=${url}`, '--output=json']);
    await expect
      .poll(async () => JSON.parse((await query()).said), soon)
      .toMatchObject([
        {
          labels: { alertname: 'Pool near exhaustion', severity: 'page', scope: 'GET /v1/data/{x}' },
          annotations: { summary: 'A "quoted" one.' },
          startsAt: expect.stringContaining(startedAt.slice(0, 19)),
          status: { state: 'active' },
        },
      ]);
    const ended = { ...message, change: 'resolved' as const, alert: resolve(message.alert, new Date().toISOString()) };
    expect(await alertmanagerSender.send(access, ended, signal)).toMatchObject({ result: 'delivered' });
    await expect.poll(async () => JSON.parse((await query()).said), soon).toEqual([]);
    const test = { ...createMessage('test', { startedAt }), atMs: Date.now() };
    expect(await alertmanagerSender.send(access, test, signal)).toMatchObject({ result: 'delivered' });
  });
});
