/** What the endpoints of channels and silences take, answer and refuse. */

import { Type } from 'typebox';
import * as schema from './schema.ts';

const Id = Type.String({ format: 'uuid' });
const ById = Type.Object({ id: Id });

export const listChannels = {
  summary: 'Where alerts are sent to',
  response: { 200: Type.Object({ channels: Type.Array(schema.Channel) }) },
} as const;

export const createChannel = {
  summary: 'Make a channel',
  description: 'Address and secret are stored encrypted and are not shown again.',
  body: schema.NewChannel,
  response: { 201: schema.ChannelAnswer },
  errors: ['invalid_channel', 'too_many_channels', 'secret_key_missing'],
} as const;

export const changeChannel = {
  summary: 'Change a channel, or switch it off',
  params: ById,
  body: schema.ChannelChange,
  response: { 200: schema.ChannelAnswer },
  errors: ['channel_not_found', 'invalid_channel', 'secret_key_missing'],
} as const;

export const deleteChannel = {
  summary: 'Delete a channel and the log of its deliveries',
  params: ById,
  response: { 204: null },
  errors: ['channel_not_found'],
} as const;

export const testChannel = {
  summary: 'Send a test by a channel, now and once',
  description: 'Answers when it was delivered or has failed, with what was answered.',
  params: ById,
  response: { 200: schema.Delivery },
  errors: ['channel_not_found'],
} as const;

export const listDeliveries = {
  summary: 'What was sent by a channel, newest first',
  params: ById,
  query: Type.Object(
    {
      limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
      cursor: Type.Optional(Id),
    },
    { additionalProperties: false },
  ),
  response: { 200: schema.DeliveryPage },
  errors: ['channel_not_found'],
} as const;

export const listSilences = {
  summary: 'When nothing is sent',
  response: { 200: Type.Object({ silences: Type.Array(schema.Silence) }) },
} as const;

export const createSilence = {
  summary: 'Send nothing for a while, or at certain times of each week',
  description: 'Alerts are raised all the same, and who still has reason when the silence ends is heard then.',
  body: schema.NewSilence,
  response: { 201: schema.Silence },
  errors: ['invalid_silence', 'too_many_silences'],
} as const;

export const deleteSilence = {
  summary: 'End a silence',
  params: ById,
  response: { 204: null },
  errors: ['silence_not_found'],
} as const;
