/**
 * Channels: whom alerts reach, and how. What is sent goes out from memory, beside the pool, which may be the very thing that is
 * in trouble; the database keeps the settings and, written behind, the log of deliveries.
 */

import type { Database } from '../../../database/index.ts';
import type { Clock } from '../../../foundation/clock.ts';
import type { Logger } from '../../../foundation/logger.ts';
import { createSealer } from '../../../foundation/sealing.ts';
import { createPeriodicService, type Service } from '../../../foundation/service.ts';
import { type Route, route } from '../../../http/index.ts';
import type { Journal } from '../../journal.ts';
import type { Alert } from '../schema.ts';
import { createAnswers } from './answers.ts';
import type { ChannelDefinition } from './channel.ts';
import { ChannelStore } from './channel-store.ts';
import { type AlertChange, Courier } from './courier.ts';
import { DeliveryLog, type DeliveryRecord } from './delivery-log.ts';
import { type Pacing, usualPacing } from './outlet.ts';
import { deleteOldSilences } from './queries.ts';
import * as schema from './route-schemas.ts';
import type { ChannelKind } from './schema.ts';
import { alertmanagerSender } from './senders/alertmanager.ts';
import { discordSender } from './senders/discord.ts';
import { createMailSender, type SendMail } from './senders/mail.ts';
import { pagerDutySender } from './senders/pagerduty.ts';
import type { Sender } from './senders/sender.ts';
import { slackSender } from './senders/slack.ts';
import { webhookSender } from './senders/webhook.ts';
import { SilenceStore } from './silence-store.ts';

export type { AlertChange } from './courier.ts';
export type { AlertLetter, SendMail } from './senders/mail.ts';

export interface ChannelsOptions {
  database: Database;
  journal: Pick<Journal, 'note'>;
  clock: Clock;
  logger: Logger;
  sendMail: SendMail;
  /** What addresses and secrets are encrypted with; undefined where there is nothing to make a key of. */
  secretKey: string | undefined;
  /** They open what was encrypted before. */
  previousKeys?: readonly (string | undefined)[] | undefined;
  appName: string;
  /** Where users reach the server. */
  baseUrl: string;
  /** For tests. */
  pacing?: Partial<Pacing>;
  restorePatienceMs?: number;
  /** Told of each delivery that has ended. */
  onDelivery?: (kind: ChannelKind, state: DeliveryRecord['state']) => void;
}

export interface Channels {
  readonly routes: Route[];
  readonly services: Service[];
  /** Takes an alert and returns at once. */
  notify(alert: Alert, change: AlertChange): void;
}

const LOAD_EVERY_MS = 10_000;
const TICK_EVERY_MS = 1_000;
const FLUSH_EVERY_MS = 2_000;
/** In loads. */
const DELETE_EVERY = 360;
/** For so long it is tried to read what was said before; then it is sent without: better twice than not at all. */
const RESTORE_PATIENCE_MS = 5_000;
/** Less than a request may take, so that a receiver that hangs is told of. */
const TEST_TIMEOUT_MS = 8_000;
const access = 'operator';

export function createChannels(options: ChannelsOptions): Channels {
  const { appName, baseUrl, clock, database, journal, onDelivery, secretKey } = options;
  const channels = new ChannelStore(database, createSealer(secretKey, options.previousKeys));
  const silences = new SilenceStore(database, () => clock.nowMs());
  const log = new DeliveryLog(database);
  const senders = createSenders(options.sendMail);
  const senderOf = ({ kind }: Pick<ChannelDefinition, 'kind'>) => senders[kind];
  const courier = new Courier({
    ...{ clock, senderOf, appName, link: `${baseUrl}/console/alerts` },
    channels: () => channels.list(),
    silences: () => silences.list(),
    log: {
      put: (record) => {
        log.put(record);
        const kind = channels.find(record.channelId)?.kind;
        if (kind && record.state !== 'waiting') onDelivery?.(kind, record.state);
      },
    },
    pacing: { ...usualPacing, ...options.pacing },
  });
  const testTimeoutMs = Math.min(TEST_TIMEOUT_MS, options.pacing?.timeoutMs ?? TEST_TIMEOUT_MS);
  const answers = createAnswers({ channels, silences, courier, log, senderOf, testTimeoutMs, journal, clock });
  return {
    routes: createRoutes(answers),
    services: createServices(options, { channels, silences, log, courier }),
    notify: (alert, change) => courier.notify(alert, change),
  };
}

function createSenders(sendMail: SendMail): Record<ChannelKind, Sender> {
  return {
    mail: createMailSender(sendMail),
    webhook: webhookSender,
    slack: slackSender,
    discord: discordSender,
    pagerduty: pagerDutySender,
    alertmanager: alertmanagerSender,
  };
}

interface Parts {
  channels: ChannelStore;
  silences: SilenceStore;
  log: DeliveryLog;
  courier: Courier;
}

function createServices(options: ChannelsOptions, { channels, courier, log, silences }: Parts): Service[] {
  const { clock, database, logger, restorePatienceMs = RESTORE_PATIENCE_MS } = options;
  let loads = 0;
  const startedAtMs = clock.monotonicMs();
  const restore = async () => {
    if (courier.isReady) return;
    const records = await log.restore();
    if (!courier.isReady) courier.restore(records);
  };
  const load = createPeriodicService({
    ...{ name: 'alert channels', intervalMs: LOAD_EVERY_MS, logger },
    run: async () => {
      await channels.load();
      await silences.load();
      loads += 1;
      await restore();
      if (loads % DELETE_EVERY !== 0) return;
      await log.deleteOld();
      await database.execute(deleteOldSilences, []);
    },
  });
  const tick = createPeriodicService({
    ...{ name: 'alert deliveries', intervalMs: TICK_EVERY_MS, logger },
    run: async () => {
      if (!courier.isReady && clock.monotonicMs() - startedAtMs >= restorePatienceMs) courier.restore([]);
      courier.tick();
    },
  });
  const flush = createPeriodicService({
    ...{ name: 'alert deliveries’ log', intervalMs: FLUSH_EVERY_MS, logger },
    run: async () => {
      if (log.hasUnwritten) await log.flush();
    },
  });
  const last: Service = {
    name: flush.name,
    start: () => flush.start(),
    stop: async () => {
      await flush.stop();
      courier.stop();
      // What waits is taken up again at the next start, if it was written down.
      await log.flush().catch(() => undefined);
    },
  };
  return [load, tick, last];
}

function createRoutes(answers: ReturnType<typeof createAnswers>): Route[] {
  const channels = '/v1/monitor/channels';
  const silences = '/v1/monitor/silences';
  return [
    route('GET', channels, { access, schema: schema.listChannels }, answers.list),
    route('POST', channels, { access, schema: schema.createChannel }, answers.create),
    route('PUT', `${channels}/:id`, { access, schema: schema.changeChannel }, answers.change),
    route('DELETE', `${channels}/:id`, { access, schema: schema.deleteChannel }, answers.delete),
    route('POST', `${channels}/:id/test`, { access, schema: schema.testChannel }, answers.test),
    route('GET', `${channels}/:id/deliveries`, { access, schema: schema.listDeliveries }, answers.deliveries),
    route('GET', silences, { access, schema: schema.listSilences }, answers.silences),
    route('POST', silences, { access, schema: schema.createSilence }, answers.createSilence),
    route('DELETE', `${silences}/:id`, { access, schema: schema.deleteSilence }, answers.deleteSilence),
  ];
}
