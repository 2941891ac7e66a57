/** Discord's webhooks: one embed. Nobody is mentioned, whatever a text holds. */

import type { Severity } from '../../schema.ts';
import { postJson } from './post-json.ts';
import type { Message, Sender } from './sender.ts';
import { wordsOf } from './words.ts';

const colors: Readonly<Record<Severity, number>> = { page: 0xc0362c, ticket: 0xb7791f, note: 0x5b6b79 };
const COLOR_OVER = 0x2f855a;
const TITLE_LONGEST = 250;
const TEXT_LONGEST = 4_000;
const VALUE_LONGEST = 1_000;

export const discordSender: Sender = {
  send: ({ target }, message, signal) =>
    postJson({ receiver: 'Discord', url: target, body: JSON.stringify(toDiscord(message)), signal }),
};

function toDiscord(message: Message): object {
  const { facts, sentence, title } = wordsOf(message);
  const { alert, appName, atMs, change, link } = message;
  return {
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: escapeText(`${appName}: ${title}`).slice(0, TITLE_LONGEST),
        description: escapeText(sentence).slice(0, TEXT_LONGEST),
        url: link,
        color: change === 'fired' ? colors[alert.severity] : COLOR_OVER,
        timestamp: new Date(atMs).toISOString(),
        fields: facts.map(([name, value]) => ({
          name,
          value: escapeText(value).slice(0, VALUE_LONGEST),
          inline: true,
        })),
      },
    ],
  };
}

/** Names such as `read_all_rows` would be half in italics. */
function escapeText(text: string): string {
  return text.replace(/[\\*_~`|>[\]]/g, '\\$&');
}
