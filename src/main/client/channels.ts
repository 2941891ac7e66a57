// Where alerts are sent to, what was sent, and when nothing is.
import type {
  Channel,
  ChannelAnswer,
  ChannelChange,
  ChannelKind,
  Delivery,
  DeliveryPage,
  NewChannel,
  NewSilence,
  Silence,
} from '../monitor/alerts/channels/schema.ts';
import type { Transport } from './transport.ts';

export type {
  Channel,
  ChannelAnswer,
  ChannelChange,
  ChannelKind,
  Delivery,
  DeliveryPage,
  NewChannel,
  NewSilence,
  Silence,
};

const base = '/v1/monitor/channels';
const silencesBase = '/v1/monitor/silences';

/** Part of the monitor's client; operators only. */
export function createChannelsClient({ send }: Transport) {
  const pathOf = (id: string) => `${base}/${encodeURIComponent(id)}`;
  return {
    async channels(signal?: AbortSignal): Promise<readonly Channel[]> {
      return (await send<{ channels: Channel[] }>('GET', base, { signal })).channels;
    },
    /** The answer's `secret` is the key of a webhook's signature where one was made; it is shown this once. */
    createChannel: (channel: NewChannel) => send<ChannelAnswer>('POST', base, { body: channel }),
    /** What is left out stays. */
    changeChannel: (id: string, change: ChannelChange) => send<ChannelAnswer>('PUT', pathOf(id), { body: change }),
    deleteChannel: (id: string) => send<void>('DELETE', pathOf(id)),
    /** Sends a test now, and answers when it was delivered or has failed. */
    testChannel: (id: string) => send<Delivery>('POST', `${pathOf(id)}/test`),
    /** Newest first. */
    deliveries: (id: string, page: { limit?: number; cursor?: string | null } = {}, signal?: AbortSignal) =>
      send<DeliveryPage>('GET', `${pathOf(id)}/deliveries`, { query: page, signal }),
    async silences(signal?: AbortSignal): Promise<readonly Silence[]> {
      return (await send<{ silences: Silence[] }>('GET', silencesBase, { signal })).silences;
    },
    createSilence: (silence: NewSilence) => send<Silence>('POST', silencesBase, { body: silence }),
    deleteSilence: (id: string) => send<void>('DELETE', `${silencesBase}/${encodeURIComponent(id)}`),
  };
}
