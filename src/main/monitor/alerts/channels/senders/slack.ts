/** Slack's incoming webhooks: one attachment in the colour of its urgency, and a plain text for notifications. */

import type { Severity } from '../../schema.ts';
import { postJson } from './post-json.ts';
import type { Message, Sender } from './sender.ts';
import { wordsOf } from './words.ts';

const colors: Readonly<Record<Severity, string>> = { page: '#c0362c', ticket: '#b7791f', note: '#5b6b79' };
const COLOR_OVER = '#2f855a';
const SECTION_LONGEST = 2_900;
const TITLE_LONGEST = 150;
const FIELDS_MAX = 10;

export const slackSender: Sender = {
  send: ({ target }, message, signal) =>
    postJson({ receiver: 'Slack', url: target, body: JSON.stringify(toSlack(message)), signal }),
};

function toSlack(message: Message): object {
  const { facts, sentence, title } = wordsOf(message);
  const { alert, appName, change, link } = message;
  const fields = facts
    .slice(0, FIELDS_MAX)
    .map(([name, value]) => ({ type: 'mrkdwn', text: `*${escapeText(name)}*\n${escapeText(value.slice(0, 1_900))}` }));
  return {
    text: escapeText(`${appName}: ${title}. ${sentence}`.slice(0, SECTION_LONGEST)),
    attachments: [
      {
        color: change === 'fired' ? colors[alert.severity] : COLOR_OVER,
        blocks: [
          {
            type: 'header',
            text: { type: 'plain_text', text: `${appName}: ${title}`.slice(0, TITLE_LONGEST), emoji: false },
          },
          { type: 'section', text: { type: 'mrkdwn', text: escapeText(sentence.slice(0, SECTION_LONGEST)) } },
          ...(fields.length > 0 ? [{ type: 'section', fields }] : []),
          { type: 'context', elements: [{ type: 'mrkdwn', text: `<${link}|Open the console>` }] },
        ],
      },
    ],
  };
}

/** What Slack reads as its own markup: without this, a name such as <!channel> would ring everybody. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
