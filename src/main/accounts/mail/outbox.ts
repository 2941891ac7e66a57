/**
 * Sends what was asked for. Requests for mail wait in a table; this takes a few at a time, writes them, sends them side by
 * side and holds no connection meanwhile. A mail is sent at least once: a process that dies between sending and noting it
 * leaves the request to be taken again. Several processes may run it.
 */

import type { Database } from '../../database/index.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Sealer } from '../../foundation/sealing.ts';
import { createPeriodicService, type PeriodicService } from '../../foundation/service.ts';
import {
  claimMailRequests,
  deleteMailRequest,
  giveUpMailRequest,
  type MailRequestRow,
  postponeMailRequest,
} from '../queries/mail.ts';
import { composeLetter } from './compose.ts';
import type { MailSender } from './letter.ts';
import type { Sender } from './templates.ts';

export interface OutboxOptions {
  database: Database;
  mailSender: MailSender;
  sender: Sender;
  /** For what a mail's secret is kept by until it comes back. */
  sealer: Sealer;
  logger: Logger;
  /** After so many the mail is given up. */
  maxAttempts?: number;
  /** The pause after the first failure; each further one doubles it. */
  retryDelayMs?: number;
}

/** How long a mail may take to be sent, and a little more: nobody else takes it before. */
export const SEND_TIMEOUT_MS = 30_000;
const CLAIM_MS = 120_000;
const POLL_INTERVAL_MS = 5_000;
const BATCH = 8;
/** Nine attempts with these pauses take about an hour. */
const MAX_ATTEMPTS = 9;
const RETRY_DELAY_MS = 15_000;
const MAX_RETRY_DELAY_MS = 30 * 60_000;

export function createOutbox(options: OutboxOptions): PeriodicService {
  const { database, logger } = options;
  return createPeriodicService({
    name: 'outbox',
    intervalMs: POLL_INTERVAL_MS,
    logger,
    async run(signal) {
      for (;;) {
        signal.throwIfAborted();
        const requests = await database.query(claimMailRequests, [BATCH, CLAIM_MS], { signal });
        await Promise.all(requests.map((request) => deliver(options, request, signal)));
        if (requests.length < BATCH) return;
      }
    },
  });
}

async function deliver(options: OutboxOptions, request: MailRequestRow, signal: AbortSignal): Promise<void> {
  const { database, mailSender, sender, sealer, logger } = options;
  const facts = { mailId: request.id, template: request.template, attempt: request.attempts };
  try {
    const letter = await composeLetter({ database, sender, sealer, signal }, request);
    if (letter) {
      await mailSender.send(letter);
      logger.info(facts, 'a mail was sent');
    }
    await database.execute(deleteMailRequest, [request.id]);
  } catch (error) {
    if (signal.aborted) return;
    await putOff(options, request, error);
  }
}

/** Says why by code alone: what a mail server answers often repeats the address. */
async function putOff(
  { database, logger, maxAttempts = MAX_ATTEMPTS, retryDelayMs = RETRY_DELAY_MS }: OutboxOptions,
  { id, template, attempts }: MailRequestRow,
  error: unknown,
): Promise<void> {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const facts = { mailId: id, template, attempt: attempts, reason: [code, responseCode].filter(Boolean).join(' ') };
  if (attempts >= maxAttempts) {
    logger.error(facts, 'a mail was given up');
    await database.execute(giveUpMailRequest, [id]);
    return;
  }
  const delayMs = Math.min(MAX_RETRY_DELAY_MS, retryDelayMs * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2);
  logger.warn(facts, 'a mail could not be sent and will be tried again');
  await database.execute(postponeMailRequest, [id, Math.round(delayMs)]);
}
