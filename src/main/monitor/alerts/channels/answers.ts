/** What answers the endpoints of channels and silences. */

import type { Clock } from '../../../foundation/clock.ts';
import { createId } from '../../../foundation/tokens.ts';
import type { RouteInput, RouteSchema } from '../../../http/index.ts';
import type { Journal } from '../../journal.ts';
import type { Alert } from '../schema.ts';
import type { ChannelDefinition } from './channel.ts';
import type { ChannelStore } from './channel-store.ts';
import { type Courier, unreadableSentence } from './courier.ts';
import { type DeliveryLog, type DeliveryRecord, toDelivery } from './delivery-log.ts';
import type * as routes from './route-schemas.ts';
import type * as schema from './schema.ts';
import type { Outcome, Sender } from './senders/sender.ts';
import type { SilenceStore } from './silence-store.ts';

export interface AnswerDependencies {
  channels: ChannelStore;
  silences: SilenceStore;
  courier: Courier;
  log: DeliveryLog;
  senderOf: (channel: ChannelDefinition) => Sender;
  testTimeoutMs: number;
  journal: Pick<Journal, 'note'>;
  clock: Clock;
}

type Input<S extends RouteSchema> = RouteInput<S, 'operator'>;

export function createAnswers(deps: AnswerDependencies) {
  const { channels, courier, journal, log, silences } = deps;
  const show = (channel: ChannelDefinition): schema.Channel => toView(channel, log, courier);
  const note = (sentence: string, { id, kind }: ChannelDefinition, user: string) =>
    journal.note('channel_changed', sentence, { channel: id, channelKind: kind, user });

  return {
    list: async () => {
      await channels.ensureLoaded();
      return { channels: channels.list().map(show) };
    },
    create: async ({ body, caller }: Input<typeof routes.createChannel>): Promise<schema.ChannelAnswer> => {
      const { channel, madeSecret } = await channels.create(body, caller.userId);
      note(`An operator has made the alert channel ${channel.name}.`, channel, caller.userId);
      courier.tick();
      return { channel: show(channel), secret: madeSecret };
    },
    change: async ({ body, caller, params }: Input<typeof routes.changeChannel>): Promise<schema.ChannelAnswer> => {
      await channels.ensureLoaded();
      const { channel, madeSecret } = await channels.change(params.id, body, caller.userId);
      const state = channel.isEnabled ? '' : ' It is switched off.';
      note(`An operator has changed the alert channel ${channel.name}.${state}`, channel, caller.userId);
      courier.tick();
      return { channel: show(channel), secret: madeSecret };
    },
    delete: async ({ caller, params }: Input<typeof routes.deleteChannel>): Promise<undefined> => {
      await channels.ensureLoaded();
      const channel = await channels.delete(params.id);
      log.forget(channel.id);
      note(`An operator has deleted the alert channel ${channel.name}.`, channel, caller.userId);
    },
    test: async ({ params }: Input<typeof routes.testChannel>) => {
      await channels.ensureLoaded();
      return sendTest(deps, channels.get(params.id));
    },
    deliveries: async ({ params, query }: Input<typeof routes.listDeliveries>) => {
      await channels.ensureLoaded();
      const channel = channels.get(params.id);
      return log.page(channel.id, query.limit, query.cursor);
    },
    silences: async () => {
      await silences.ensureLoaded();
      return { silences: [...silences.list()] };
    },
    createSilence: async ({ body, caller }: Input<typeof routes.createSilence>): Promise<schema.Silence> => {
      const silence = await silences.create(body, caller.userId);
      const details = { silence: silence.id, rule: silence.ruleId, scope: silence.scope, user: caller.userId };
      journal.note('silence_changed', `An operator has silenced alerts: ${silence.reason}`, details);
      return silence;
    },
    deleteSilence: async ({ caller, params }: Input<typeof routes.deleteSilence>): Promise<undefined> => {
      await silences.ensureLoaded();
      const silence = await silences.delete(params.id);
      const sentence = `An operator has ended a silence: ${silence.reason}`;
      journal.note('silence_changed', sentence, { silence: silence.id, user: caller.userId });
      courier.tick();
    },
  };
}

function toView(channel: ChannelDefinition, log: DeliveryLog, courier: Courier): schema.Channel {
  const { access, hasSecret, id, isEnabled, kind, name, severityLeast, shownTarget } = channel;
  const last = log.last(id);
  const shown = last && { at: last.changedAt, succeeded: last.state === 'delivered', sentence: last.sentence };
  // A channel that cannot speak says so where one looks whether it has spoken.
  const fault = { at: last?.changedAt ?? new Date().toISOString(), succeeded: false, sentence: unreadableSentence };
  return {
    ...{ id, name, kind, isEnabled, severityLeast, target: shownTarget, hasSecret },
    lastDelivery: access === null ? fault : shown,
    waiting: courier.waiting(id),
  };
}

async function sendTest(deps: AnswerDependencies, channel: ChannelDefinition): Promise<schema.Delivery> {
  const { clock, courier, log } = deps;
  const id = createId();
  const { result, sentence } = await attemptTest(
    deps,
    channel,
    courier.toMessage(id, 'test', testAlert(channel, clock)),
  );
  const record: DeliveryRecord = {
    ...{ id, channelId: channel.id, alertId: null, change: 'test', severity: 'note', attempts: 1, sentence },
    state: result === 'delivered' ? 'delivered' : 'failed',
    alert: null,
    changedAt: new Date(clock.nowMs()).toISOString(),
  };
  log.put(record);
  return toDelivery(record);
}

async function attemptTest(
  { senderOf, testTimeoutMs }: AnswerDependencies,
  channel: ChannelDefinition,
  message: Parameters<Sender['send']>[1],
): Promise<Outcome> {
  if (!channel.access) return { result: 'refused', sentence: unreadableSentence };
  return senderOf(channel).send(channel.access, message, AbortSignal.timeout(testTimeoutMs));
}

function testAlert({ name }: ChannelDefinition, { nowMs }: Clock): Alert {
  return {
    ...{ id: createId(), ruleId: 'test', ruleName: 'Test', severity: 'note', scope: '', group: 'test' },
    ...{ state: 'firing', sentence: `This is a test of the channel ${name}. Nothing is wrong.` },
    ...{ startedAt: new Date(nowMs()).toISOString(), resolvedAt: null, value: null, threshold: null, unit: '' },
    ...{ count: 1, incidentId: null, feedback: null },
  };
}
