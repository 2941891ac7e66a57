/** A message made up for tests of the senders. */

import { setMaxListeners } from 'node:events';
import type { Message, MessageChange } from '../../../../main/monitor/alerts/channels/senders/sender.ts';
import type { Alert } from '../../../../main/monitor/alerts/schema.ts';
import { createAlert, resolve } from '../../../support/alerts.ts';

export function createMessage(change: MessageChange = 'fired', facts: Partial<Alert> = {}): Message {
  const alert = createAlert(facts);
  return {
    ...{ id: 'delivery-1', change, appName: 'Night Market', link: 'https://market.example/console/alerts' },
    alert: change === 'resolved' ? resolve(alert) : alert,
    atMs: Date.parse('2026-11-23T08:00:02.500Z'),
  };
}

/** One that never comes. */
export const { signal } = new AbortController();
setMaxListeners(100, signal);
