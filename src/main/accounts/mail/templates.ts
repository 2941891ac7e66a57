/**
 * The words of our mails. None repeats a name or anything else that a stranger could have typed: a sign-up must not be a
 * way to send one's own words to somebody else. Links carry their secret behind `#`, which no server log ever sees.
 */

import type { NoticeKind } from '../notices.ts';
import type { Letter } from './letter.ts';
import { wordsOfNotice } from './notice-words.ts';

export interface Sender {
  /** The application's name. */
  readonly appName: string;
  /** Links are built from this and nothing else. */
  readonly baseUrl: string;
}

/** When and from where the mail was asked for, so that its reader can tell his own request from another's. */
export interface Occasion {
  readonly at: Date;
  readonly from: string | null;
}

/** A mail without its recipient. */
export type Content = Omit<Letter, 'to'>;

interface Parts {
  template: string;
  subject: string;
  /** Paragraphs before the link and after it. */
  before: string[];
  link?: { label: string; url: string };
  after: string[];
}

export function verifyAddress(sender: Sender, token: string, occasion: Occasion): Content {
  return write(sender, {
    template: 'verify_address',
    subject: `Confirm your address for ${sender.appName}`,
    before: [
      `Someone signed up for ${sender.appName} with this address, ${describe(occasion)}.`,
      'If it was you, confirm the address within 24 hours:',
    ],
    link: { label: 'Confirm the address', url: `${sender.baseUrl}/accounts/verify#token=${token}` },
    after: ['If it was not you, do not open the link. Without it there will be no account.'],
  });
}

export function accountExists(sender: Sender, occasion: Occasion): Content {
  return write(sender, {
    template: 'account_exists',
    subject: `You have an account with ${sender.appName} already`,
    before: [
      `Someone tried to sign up for ${sender.appName} with this address, ${describe(occasion)}. You have an account already.`,
      'If it was you, log in, or choose “Forgot password” there:',
    ],
    link: { label: 'Log in', url: `${sender.baseUrl}/accounts/log-in` },
    after: ['If it was not you, there is nothing to do: nothing was changed.'],
  });
}

export function signUpAgain(sender: Sender, occasion: Occasion): Content {
  return write(sender, {
    template: 'sign_up_again',
    subject: `Please sign up for ${sender.appName} again`,
    before: [
      `A new link to confirm this address was asked for, ${describe(occasion)}.`,
      'There was more than one sign-up with this address, so we cannot tell which is yours. Please sign up once more:',
    ],
    link: { label: 'Sign up', url: `${sender.baseUrl}/accounts/sign-up` },
    after: ['Open only the link that comes after that. If you did not ask for this, there is nothing to do.'],
  });
}

export function resetPassword(sender: Sender, token: string, occasion: Occasion): Content {
  return write(sender, {
    template: 'password_reset',
    subject: `Set a new password for ${sender.appName}`,
    before: [`A new password was asked for, ${describe(occasion)}.`, 'If it was you, set one within 30 minutes:'],
    link: { label: 'Set a new password', url: `${sender.baseUrl}/accounts/reset-password#token=${token}` },
    after: ['If it was not you, there is nothing to do: your password stays as it is.'],
  });
}

export function invitation(sender: Sender, token: string): Content {
  return write(sender, {
    template: 'invitation',
    subject: `Your account with ${sender.appName}`,
    before: [`An account with ${sender.appName} was made for you. Set a password within 24 hours to use it:`],
    link: { label: 'Set a password', url: `${sender.baseUrl}/accounts/reset-password#token=${token}` },
    after: ['When the link is too old, choose “Forgot password” on the log-in page for a new one.'],
  });
}

/** @param code six digits; null where there is none */
export function logInByMail(sender: Sender, token: string, code: string | null, occasion: Occasion): Content {
  const where = 'Both work once, within 10 minutes, and only in the browser where they were asked for.';
  return write(sender, {
    template: 'log_in',
    subject: `Log in to ${sender.appName}`,
    before: [
      `A mail to log in to ${sender.appName} was asked for, ${describe(occasion)}.`,
      'If it was you, open this link:',
    ],
    link: { label: 'Log in', url: `${sender.baseUrl}/accounts/log-in/mail#token=${token}` },
    after: [
      code === null
        ? 'It works once, within 10 minutes, and only in the browser where it was asked for.'
        : `Or type this code where you asked for it: ${code}. ${where}`,
      'If it was not you, there is nothing to do. Tell the code to nobody: we never ask for it.',
    ],
  });
}

export function noAccount(sender: Sender, occasion: Occasion): Content {
  return write(sender, {
    template: 'no_account',
    subject: `There is no account with ${sender.appName} for this address`,
    before: [
      `Someone tried to log in to ${sender.appName} with this address, ${describe(occasion)}. There is no account for it.`,
      'If it was you, perhaps you used another address, or have yet to sign up:',
    ],
    link: { label: 'Sign up', url: `${sender.baseUrl}/accounts/sign-up` },
    after: ['If it was not you, there is nothing to do.'],
  });
}

export function passwordChanged(sender: Sender, occasion: Occasion): Content {
  return write(sender, {
    template: 'password_changed',
    subject: `Your password for ${sender.appName} was changed`,
    before: [
      `The password of your account with ${sender.appName} was changed, ${describe(occasion)}. Your other sessions were ended.`,
      'If it was not you, set a new one at once, with “Forgot password” on the log-in page:',
    ],
    link: { label: 'Log in', url: `${sender.baseUrl}/accounts/log-in` },
    after: [],
  });
}

/** @param about as `Notice.about` */
export function notice(sender: Sender, occasion: Occasion, kind: NoticeKind, about?: string): Content {
  const { subject, happened, remedy } = wordsOfNotice(kind, sender.appName, about);
  return write(sender, {
    template: kind,
    subject,
    before: [`${happened}, ${describe(occasion)}.`, ...(remedy === '' ? [] : [remedy])],
    after: [],
  });
}

/** When and from where, for the middle of a sentence. */
export function describe({ at, from }: Occasion): string {
  const time = `on ${at.toISOString().slice(0, 16).replace('T', ' at ')} UTC`;
  return from === null ? time : `${time} from ${from}`;
}

/** The same words as text and as a page. */
export function write({ appName }: Sender, { template, subject, before, link, after }: Parts): Content {
  const text = [...before, ...(link ? [link.url] : []), ...after, `— ${appName}`].join('\n\n');
  const paragraph = (words: string) => `<p>${escapeHtml(words)}</p>`;
  const html = [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>`,
    '<body style="font: 16px/1.5 system-ui, sans-serif; color: #10212d; max-width: 34rem; margin: 2rem auto; padding: 0 1rem">',
    ...before.map(paragraph),
    ...(link ? [`<p><a href="${escapeHtml(link.url)}">${escapeHtml(link.label)}</a></p>`] : []),
    ...after.map(paragraph),
    paragraph(`— ${appName}`),
    '</body>',
    '</html>',
  ].join('\n');
  return { template, subject, text: `${text}\n`, html };
}

const HTML_ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML_ESCAPES[character] ?? character);
}
