/** Mail over SMTP. A server that hangs costs one mail its turn, never more: every step has a time limit. */

import { createTransport } from 'nodemailer';
import type { MailSender } from './letter.ts';

export interface SmtpOptions {
  url: string;
  from: string;
  /** For a whole mail, from the connection to the server's last word. */
  timeoutMs: number;
}

const CONNECT_TIMEOUT_MS = 10_000;

export function createSmtpSender({ url, from, timeoutMs }: SmtpOptions): MailSender {
  const connectTimeoutMs = Math.min(CONNECT_TIMEOUT_MS, timeoutMs);
  const transport = createTransport(
    {
      url,
      connectionTimeout: connectTimeoutMs,
      greetingTimeout: connectTimeoutMs,
      dnsTimeout: connectTimeoutMs,
      socketTimeout: timeoutMs,
      // A template is ours, but nothing in a mail may ever make the sender read a file or an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from, headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' } },
  );
  return {
    async send({ to, subject, text, html, messageId, references }) {
      const marks = { ...(messageId ? { messageId } : {}), ...(references ? { references } : {}) };
      const sending = transport.sendMail({ to: { name: '', address: to }, subject, text, html, ...marks });
      // What is given up may still end; its error has been told already.
      sending.catch(() => undefined);
      await Promise.race([sending, rejectAfter(timeoutMs)]);
    },
    close: () => transport.close(),
  };
}

function rejectAfter(timeoutMs: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    const error = Object.assign(new Error('the mail server did not answer in time'), { code: 'ETIMEDOUT' });
    setTimeout(() => reject(error), timeoutMs).unref();
  });
}
