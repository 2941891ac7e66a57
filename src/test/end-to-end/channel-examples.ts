/**
 * Good requests for the endpoints of alert channels and silences. They are by mail, which goes to the mailbox, or switched off:
 * nothing leaves the machine.
 */

import { must } from '../support/api-session.ts';
import type { Example, World } from './route-examples.ts';

const channels = '/v1/monitor/channels';
const silences = '/v1/monitor/silences';
const channel = { name: 'on call', kind: 'mail', target: 'ada@example.com' };
const hook = {
  ...{ name: 'a program', kind: 'webhook', target: 'http://127.0.0.1:9/hook' },
  secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
};
const weekly = { days: [1, 7], startsAt: '02:00', minutes: 90, timeZone: 'Europe/Vienna' };
/** Far below how many there can be. */
const KEPT_MAX = 20;

/** Those that earlier requests have made would otherwise become too many. */
async function makeRoom({ operator: token, url }: World, path: string, list: 'channels' | 'silences'): Promise<void> {
  const there = await must<Record<string, { id: string }[]>>(url, 'GET', path, { token });
  const all = there[list] ?? [];
  if (all.length < KEPT_MAX) return;
  for (const { id } of all) await must(url, 'DELETE', `${path}/${id}`, { token });
}

async function newChannel(world: World, body: object = channel): Promise<Required<Pick<Example, 'token' | 'params'>>> {
  const { operator: token, url } = world;
  await makeRoom(world, channels, 'channels');
  const made = await must<{ channel: { id: string } }>(url, 'POST', channels, { token, body });
  return { token, params: { id: made.channel.id } };
}

async function newSilence(world: World): Promise<Required<Pick<Example, 'token' | 'params'>>> {
  const { operator: token, url } = world;
  await makeRoom(world, silences, 'silences');
  const made = await must<{ id: string }>(url, 'POST', silences, { token, body: { reason: 'A move.', weekly } });
  return { token, params: { id: made.id } };
}

export const channelExamples: Record<string, (world: World) => Example | Promise<Example>> = {
  postMonitorChannels: async (world) => {
    await makeRoom(world, channels, 'channels');
    return { token: world.operator, body: { ...hook, severityLeast: 'page', isEnabled: false } };
  },
  putMonitorChannelsById: async (world) => ({
    ...(await newChannel(world, { ...hook, isEnabled: false })),
    body: { name: 'by night', target: hook.target, secret: hook.secret, severityLeast: 'ticket', isEnabled: false },
  }),
  deleteMonitorChannelsById: (world) => newChannel(world),
  postMonitorChannelsByIdTest: (world) => newChannel(world),
  getMonitorChannelsByIdDeliveries: (world) => newChannel(world),
  postMonitorSilences: async (world) => {
    await makeRoom(world, silences, 'silences');
    const span = { from: '2026-01-31T12:00:00Z', until: '2199-01-31T12:00:00Z' };
    return { token: world.operator, body: { reason: 'A move.', ruleId: 'pool-waits', scope: 'bulk', ...span, weekly } };
  },
  deleteMonitorSilencesById: newSilence,
};
