/**
 * A webhook signed as Standard Webhooks says (standardwebhooks.com): an HMAC of id, time and body, so that a receiver can tell
 * that it comes from here, was not changed, is not an old one sent again, and is not one it has had before.
 */

import { createHmac } from 'node:crypto';
import { readSigningKey } from '../channel.ts';
import { postJson } from './post-json.ts';
import type { Message, Sender } from './sender.ts';

export const webhookSender: Sender = {
  async send({ secret, target }, message, signal) {
    const body = JSON.stringify({
      type: `alert.${message.change}`,
      timestamp: new Date(message.atMs).toISOString(),
      data: { application: message.appName, link: message.link, alert: message.alert },
    });
    const headers = sign(message, body, secret ?? '');
    return postJson({ receiver: 'The webhook', url: target, body, headers, signal, secrets: [secret] });
  },
};

function sign({ atMs, id }: Message, body: string, secret: string): Record<string, string> {
  const seconds = Math.floor(atMs / 1000);
  const signature = createHmac('sha256', readSigningKey(secret)).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}
