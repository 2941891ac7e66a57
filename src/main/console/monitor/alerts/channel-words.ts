// The kinds of channels: what each is called, what it needs, and what its address and its secret are.
import type { Channel, ChannelKind, Delivery } from '../../../client/index.ts';

interface FieldWords {
  readonly label: string;
  readonly hint: string;
  readonly placeholder: string;
  readonly isRequired: boolean;
}

export interface ChannelKindWords {
  readonly label: string;
  readonly about: string;
  readonly target: FieldWords | null;
  readonly secret: FieldWords | null;
}

const kinds: Record<ChannelKind, ChannelKindWords> = {
  mail: {
    label: 'Mail',
    about: 'Sent with the mail settings of this server.',
    target: {
      label: 'Addresses',
      hint: 'Several with commas between.',
      placeholder: 'on-call@example.com',
      isRequired: true,
    },
    secret: null,
  },
  webhook: {
    label: 'Webhook',
    about: 'JSON to an address of yours, signed so that you know it came from here.',
    target: { label: 'URL', hint: '', placeholder: 'https://example.com/alerts', isRequired: true },
    secret: {
      label: 'Key of the signature',
      hint: 'whsec_ and base64. Left empty, one is made and shown once.',
      placeholder: '',
      isRequired: false,
    },
  },
  slack: {
    label: 'Slack',
    about: 'A message into one channel.',
    target: {
      label: 'URL of the incoming webhook',
      hint: 'Kept as a secret: it is all that is needed to write there.',
      placeholder: 'https://hooks.slack.com/services/…',
      isRequired: true,
    },
    secret: null,
  },
  discord: {
    label: 'Discord',
    about: 'A message into one channel.',
    target: {
      label: 'URL of the webhook',
      hint: 'Kept as a secret: it is all that is needed to write there.',
      placeholder: 'https://discord.com/api/webhooks/…',
      isRequired: true,
    },
    secret: null,
  },
  pagerduty: {
    label: 'PagerDuty',
    about: 'An event that opens and resolves by itself.',
    target: {
      label: 'Address',
      hint: 'Only where it is not https://events.pagerduty.com.',
      placeholder: 'https://events.eu.pagerduty.com',
      isRequired: false,
    },
    secret: {
      label: 'Integration key',
      hint: 'Of a service’s Events API v2 integration.',
      placeholder: '',
      isRequired: true,
    },
  },
  alertmanager: {
    label: 'Alertmanager',
    about: 'Into your Prometheus’ own Alertmanager, which groups and sends on.',
    target: { label: 'Address', hint: '', placeholder: 'http://localhost:9093', isRequired: true },
    secret: { label: 'Bearer token', hint: 'Where it asks for one.', placeholder: '', isRequired: false },
  },
};

export function channelKindWords(kind: ChannelKind): ChannelKindWords {
  return kinds[kind] ?? { label: kind, about: '', target: null, secret: null };
}

export const channelKindOptions = (Object.keys(kinds) as ChannelKind[]).map((value) => ({
  value,
  label: kinds[value].label,
}));

const least: Record<Channel['severityLeast'], string> = {
  page: 'pages alone',
  ticket: 'pages and tickets',
  note: 'everything, notes too',
};

/** What a channel is told of. */
export function leastWords(severity: Channel['severityLeast']): string {
  return least[severity] ?? severity;
}

/** What is known of whether it works: nothing until it was tried. */
export function channelState(channel: Pick<Channel, 'isEnabled' | 'lastDelivery' | 'waiting'>): {
  readonly tone: 'plain' | 'good' | 'warn' | 'bad';
  readonly words: string;
} {
  const { isEnabled, lastDelivery, waiting } = channel;
  if (!isEnabled) return { tone: 'plain', words: 'Off' };
  if (waiting > 0) return { tone: 'warn', words: `${waiting} to be tried again` };
  if (lastDelivery === null) return { tone: 'plain', words: 'Not tried yet' };
  return lastDelivery.succeeded ? { tone: 'good', words: 'Delivers' } : { tone: 'bad', words: 'Does not deliver' };
}

const deliveryStates: Record<
  Delivery['state'],
  { readonly tone: 'plain' | 'good' | 'warn' | 'bad'; readonly label: string }
> = {
  delivered: { tone: 'good', label: 'Delivered' },
  waiting: { tone: 'warn', label: 'Tried again soon' },
  failed: { tone: 'bad', label: 'Not delivered' },
  silenced: { tone: 'plain', label: 'Silenced' },
};

export function deliveryWords(state: Delivery['state']) {
  return deliveryStates[state] ?? { tone: 'plain' as const, label: state };
}
