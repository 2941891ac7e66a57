import { expect, test } from 'vitest';
import {
  channelKindOptions,
  channelKindWords,
  channelState,
} from '../../../../main/console/monitor/alerts/channel-words.ts';

const delivered = { at: '2026-11-23T14:00:00Z', succeeded: true, sentence: '' };

test('nothing is said of a channel until it was tried', () => {
  expect(channelState({ isEnabled: true, lastDelivery: null, waiting: 0 }).words).toBe('Not tried yet');
  expect(channelState({ isEnabled: true, lastDelivery: delivered, waiting: 0 }).tone).toBe('good');
  expect(channelState({ isEnabled: true, lastDelivery: { ...delivered, succeeded: false }, waiting: 0 }).tone).toBe(
    'bad',
  );
});

test('what waits to be tried again is no failure yet, and one that is off is neither', () => {
  expect(channelState({ isEnabled: true, lastDelivery: { ...delivered, succeeded: false }, waiting: 2 }).tone).toBe(
    'warn',
  );
  expect(channelState({ isEnabled: false, lastDelivery: delivered, waiting: 2 })).toEqual({
    tone: 'plain',
    words: 'Off',
  });
});

test('each kind asks for an address or a key', () => {
  for (const { value } of channelKindOptions) {
    const { secret, target } = channelKindWords(value);
    expect(target?.isRequired || secret?.isRequired, value).toBe(true);
  }
});
