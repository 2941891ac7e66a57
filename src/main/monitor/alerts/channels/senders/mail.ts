/** Mail, by the same server that users' mail goes through. What belongs to one alert is one conversation. */

import { toError } from '../../../../foundation/errors.ts';
import type { Message, Outcome, Sender } from './sender.ts';
import { type MessageWords, wordsOf } from './words.ts';

export interface AlertLetter {
  readonly to: string;
  readonly subject: string;
  readonly template: string;
  readonly text: string;
  readonly html: string;
  /** Of its delivery: the same where one is sent twice, so that a mailbox can show it once. */
  readonly messageId?: string;
  /** What it belongs to. */
  readonly references?: string;
}

/** Resolves when the mail server has taken it. */
export type SendMail = (letter: AlertLetter) => Promise<void>;

/** Not about the moment, but about the mail: another try would be answered the same. */
const PERMANENT = { from: 500, until: 600 };

export function createMailSender(sendMail: SendMail): Sender {
  return {
    async send({ target }, message, signal) {
      const letters = target.split(',').map((address) => toLetter(address.trim(), message));
      const outcomes = await Promise.all(letters.map((letter) => sendOne(sendMail, letter, signal)));
      // Those who were reached must not be told again and again for the sake of one who was not.
      const delivered = outcomes.filter(({ result }) => result === 'delivered').length;
      const failed = outcomes.find(({ result }) => result !== 'delivered');
      if (!failed) return outcomes[0] as Outcome;
      if (delivered === 0) return outcomes.find(({ result }) => result === 'again') ?? failed;
      return {
        result: 'delivered',
        sentence: `Taken for ${delivered} of ${outcomes.length} addresses. ${failed.sentence}`,
      };
    },
  };
}

async function sendOne(sendMail: SendMail, letter: AlertLetter, signal: AbortSignal): Promise<Outcome> {
  try {
    await Promise.race([sendMail(letter), rejectOnAbort(signal)]);
    return { result: 'delivered', sentence: 'The mail server took it.' };
  } catch (error) {
    return failureOf(error);
  }
}

/** By code alone: what a mail server answers often repeats the address. */
function failureOf(thrown: unknown): Outcome {
  const { code, name, responseCode } = toError(thrown) as Error & { code?: unknown; responseCode?: unknown };
  if (name === 'TimeoutError' || name === 'AbortError' || code === 'ETIMEDOUT') {
    return { result: 'again', sentence: 'The mail server did not answer in time.' };
  }
  if (typeof responseCode === 'number') {
    const isPermanent = responseCode >= PERMANENT.from && responseCode < PERMANENT.until && code !== 'EAUTH';
    return { result: isPermanent ? 'refused' : 'again', sentence: `The mail server answered ${responseCode}.` };
  }
  const reason = typeof code === 'string' ? code : 'it could not be reached';
  return { result: 'again', sentence: `The mail could not be sent: ${reason}.` };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function toLetter(to: string, message: Message): AlertLetter {
  const { alert, appName, change, id, link } = message;
  const words = wordsOf(message);
  const thread = `<alert-${alert.id}@aquifer>`;
  return {
    ...{ to, template: 'alert', subject: `${appName}: ${words.title}` },
    text: toText(words, message),
    html: toHtml(words, link),
    messageId: `<${id}@aquifer>`,
    // No mail has this id, and yet all of one alert refer to it: that is what makes them one conversation.
    ...(change === 'test' ? {} : { references: thread }),
  };
}

function toText({ facts, sentence }: MessageWords, { link }: Message): string {
  const lines = facts.map(([name, value]) => `${name}: ${value}`);
  return [sentence, ...(lines.length > 0 ? ['', ...lines] : []), '', link, ''].join('\n');
}

function toHtml({ facts, sentence, title }: MessageWords, link: string): string {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><td style="padding:2px 16px 2px 0;color:#5b6b79">${escapeText(name)}</td><td>${escapeText(value)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><body style="font:16px/1.5 system-ui,sans-serif;color:#17212b">
<h1 style="font-size:20px">${escapeText(title)}</h1>
<p>${escapeText(sentence)}</p>
<table style="border-collapse:collapse">${rows.join('')}</table>
<p><a href="${escapeText(link)}">Open the console</a></p>
</body></html>
`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
