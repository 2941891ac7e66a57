/** Asks the mail server of SMTP_URL whether it would take mail from us, without sending any. */

import { createTransport } from 'nodemailer';
import { messageOf } from '../foundation/errors.ts';
import type { Finding } from './finding.ts';

const TIMEOUT_MS = 5_000;

export async function verifySmtp(smtpUrl: string): Promise<Finding> {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    dnsTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  try {
    await transport.verify();
    return { check: 'Mail server', status: 'ok', detail: `${new URL(smtpUrl).host} takes mail from us` };
  } catch (error) {
    return { check: 'Mail server', status: 'fault', detail: `${new URL(smtpUrl).host}: ${messageOf(error)}` };
  } finally {
    transport.close();
  }
}
