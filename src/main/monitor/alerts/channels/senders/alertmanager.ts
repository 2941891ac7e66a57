/**
 * Alertmanager's API v2. It forgets an alert of which it does not hear, so each says until when it holds, and all that fire are
 * repeated before that, as Prometheus does.
 */

import type { ChannelAccess } from '../channel.ts';
import { postJson } from './post-json.ts';
import type { Message, Outcome, Sender } from './sender.ts';

/** Three repetitions may be lost. */
const HOLDS_MS = 4 * 60_000;
const TEST_HOLDS_MS = 60_000;

export const alertmanagerSender: Sender = {
  send: (access, message, signal) => post(access, [message], signal),
  repeat: post,
};

function post({ secret, target }: ChannelAccess, messages: readonly Message[], signal: AbortSignal): Promise<Outcome> {
  return postJson({
    receiver: 'Alertmanager',
    url: addressOf(target),
    body: JSON.stringify(messages.map(toAlert)),
    headers: secret === null ? {} : { authorization: `Bearer ${secret}` },
    signal,
    secrets: [secret],
  });
}

/** The address may be that of its page, with or without a prefix, or the whole path. */
function addressOf(target: string): string {
  const url = new URL(target);
  if (!url.pathname.endsWith('/api/v2/alerts')) url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v2/alerts`;
  return url.href;
}

function toAlert({ alert, appName, atMs, change, link }: Message): object {
  const holdsMs = change === 'test' ? TEST_HOLDS_MS : HOLDS_MS;
  const endsAt = change === 'resolved' ? (alert.resolvedAt ?? new Date(atMs).toISOString()) : undefined;
  return {
    // Labels say which alert it is: what changes while it lasts is an annotation.
    labels: {
      alertname: alert.ruleName,
      application: appName,
      rule: alert.ruleId,
      severity: alert.severity,
      ...(alert.scope === '' ? {} : { scope: alert.scope }),
      ...(alert.group === '' ? {} : { group: alert.group }),
    },
    annotations: { summary: alert.sentence, count: String(alert.count) },
    startsAt: alert.startedAt,
    endsAt: endsAt ?? new Date(atMs + holdsMs).toISOString(),
    generatorURL: link,
  };
}
