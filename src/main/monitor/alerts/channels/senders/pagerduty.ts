/** PagerDuty's Events API v2. The alert's id is the key by which its end finds its beginning, and by which a repetition is none. */

import type { Severity } from '../../schema.ts';
import type { ChannelAccess } from '../channel.ts';
import { postJson } from './post-json.ts';
import type { Message, Outcome, Sender } from './sender.ts';
import { wordsOf } from './words.ts';

const severities: Readonly<Record<Severity, string>> = { page: 'critical', ticket: 'warning', note: 'info' };
const SUMMARY_LONGEST = 1_024;

export const pagerDutySender: Sender = {
  async send(access, message, signal) {
    if (message.change !== 'test') return post(access, message, signal);
    // A test that is left open would be taken for an incident.
    const opened = await post(access, message, signal);
    if (opened.result !== 'delivered') return opened;
    const closed = await post(access, { ...message, change: 'resolved' }, signal);
    return closed.result === 'delivered'
      ? { ...opened, sentence: `${opened.sentence} The test was opened and closed.` }
      : closed;
  },
};

function post({ secret, target }: ChannelAccess, message: Message, signal: AbortSignal): Promise<Outcome> {
  const event = toEvent(message, secret ?? '');
  return postJson({ receiver: 'PagerDuty', url: target, body: JSON.stringify(event), signal, secrets: [secret] });
}

function toEvent(message: Message, routingKey: string): object {
  const { alert, appName, change, link } = message;
  const key = { routing_key: routingKey, dedup_key: `aquifer-${alert.id}` };
  if (change === 'resolved') return { ...key, event_action: 'resolve' };
  const { facts, sentence, title } = wordsOf(message);
  return {
    ...{ ...key, event_action: 'trigger', client: appName, client_url: link },
    payload: {
      summary: `${appName}: ${title}. ${sentence}`.slice(0, SUMMARY_LONGEST),
      source: appName,
      severity: severities[alert.severity],
      timestamp: alert.startedAt,
      component: alert.scope || undefined,
      group: alert.group,
      class: alert.ruleId,
      custom_details: Object.fromEntries(facts),
    },
    links: [{ href: link, text: 'The console' }],
  };
}
