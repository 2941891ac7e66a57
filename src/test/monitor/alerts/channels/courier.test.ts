/** Who is told what, and when: with senders made up, so that every order of events can be brought about. */

import { beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../../main/foundation/clock.ts';
import type { ChannelDefinition } from '../../../../main/monitor/alerts/channels/channel.ts';
import { Courier } from '../../../../main/monitor/alerts/channels/courier.ts';
import type { DeliveryRecord } from '../../../../main/monitor/alerts/channels/delivery-log.ts';
import { type Pacing, usualPacing } from '../../../../main/monitor/alerts/channels/outlet.ts';
import type { Silence } from '../../../../main/monitor/alerts/channels/schema.ts';
import type { Message, Outcome } from '../../../../main/monitor/alerts/channels/senders/sender.ts';
import { createAlert, resolve } from '../../../support/alerts.ts';

const delivered: Outcome = { result: 'delivered', sentence: 'Taken.' };
const again: Outcome = { result: 'again', sentence: 'Not now.' };
const refused: Outcome = { result: 'refused', sentence: 'Never.' };

let nowMs: number;
let channels: ChannelDefinition[];
let silences: Silence[];
let records: Map<string, DeliveryRecord>;
/** `change alert severity` of each attempt, by channel. */
let sent: Record<string, string[]>;
let answers: Outcome[];
let courier: Courier;

const channelOf = (id: string, facts: Partial<ChannelDefinition> = {}): ChannelDefinition => ({
  ...{ id, name: id, kind: 'webhook', isEnabled: true, severityLeast: 'note', shownTarget: id, hasSecret: true },
  access: { target: id, secret: null },
  ...facts,
});
const silenceOf = (facts: Partial<Silence> = {}): Silence => ({
  ...{ id: 's', reason: 'a move', ruleId: null, scope: null, from: new Date(0).toISOString() },
  ...{ until: new Date(nowMs + 60_000).toISOString(), weekly: null, ...facts },
});
const settle = () => vi.advanceTimersByTimeAsync(0);
const states = () => [...records.values()].map(({ change, state }) => `${change} ${state}`);

function createCourier(
  send?: (message: Message, signal: AbortSignal) => Promise<Outcome>,
  pacing: Partial<Pacing> = {},
) {
  const made = new Courier({
    ...{ appName: 'Night Market', link: 'https://market.example', pacing: { ...usualPacing, ...pacing } },
    clock: { nowMs: () => nowMs + performance.now(), monotonicMs: () => systemClock.monotonicMs() },
    channels: () => channels,
    silences: () => silences,
    log: { put: (record) => void records.set(record.id, record) },
    senderOf: ({ id }) => ({
      send: async (_access, message, signal) => {
        sent[id] ??= [];
        sent[id].push(`${message.change} ${message.alert.id} ${message.alert.severity}`);
        return (await send?.(message, signal)) ?? answers.shift() ?? delivered;
      },
    }),
  });
  made.restore([]);
  return made;
}

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'queueMicrotask'],
  });
  nowMs = Date.parse('2026-11-23T08:00:00Z');
  channels = [channelOf('a')];
  silences = [];
  records = new Map();
  sent = {};
  answers = [];
  courier = createCourier();
  return () => {
    courier.stop();
    vi.restoreAllMocks();
    vi.useRealTimers();
  };
});

describe('an alert', () => {
  test('is told of once, however often it is reported, and its end once', async () => {
    const alert = createAlert({ id: 'x' });
    for (const change of ['fired', 'fired', 'updated'] as const) courier.notify(alert, change);
    await settle();
    courier.notify({ ...alert, count: 9, sentence: 'More of it.' }, 'updated');
    courier.tick();
    await settle();
    courier.notify(resolve(alert), 'resolved');
    courier.notify(resolve(alert), 'resolved');
    await settle();
    courier.tick();
    await settle();
    expect(sent.a).toEqual(['fired x page', 'resolved x page']);
    expect(states()).toEqual(['fired delivered', 'resolved delivered']);
  });

  test('that is not urgent enough is not told of, until it is', async () => {
    channels = [channelOf('a', { severityLeast: 'page' }), channelOf('b', { severityLeast: 'ticket' })];
    const alert = createAlert({ id: 'x', severity: 'ticket' });
    courier.notify(alert, 'fired');
    await settle();
    expect(sent).toEqual({ b: ['fired x ticket'] });
    courier.notify({ ...alert, severity: 'page' }, 'updated');
    await settle();
    courier.notify({ ...alert, severity: 'ticket' }, 'updated');
    await settle();
    expect(sent).toEqual({ a: ['fired x page'], b: ['fired x ticket', 'fired x page'] });
    courier.notify(resolve(alert), 'resolved');
    await settle();
    expect(sent.a?.at(-1)).toBe('resolved x ticket');
  });

  test('reaches a channel that is made, or switched on, while it lasts', async () => {
    courier.notify(createAlert({ id: 'x' }), 'fired');
    channels = [...channels, channelOf('b'), channelOf('c', { isEnabled: false })];
    courier.tick();
    await settle();
    expect(sent.b).toEqual(['fired x page']);
    channels = channels.map((channel) => ({ ...channel, isEnabled: true }));
    courier.tick();
    await settle();
    expect(sent.c).toEqual(['fired x page']);
  });

  test('whose end nobody was told of begins anew', async () => {
    const alert = createAlert({ id: 'x' });
    courier.notify(alert, 'fired');
    await settle();
    courier.notify(resolve(alert), 'resolved');
    await settle();
    courier.notify(alert, 'fired');
    await settle();
    expect(sent.a).toEqual(['fired x page', 'resolved x page', 'fired x page']);
  });
});

describe('a receiver that fails', () => {
  test('is tried again with growing pauses, and the delivery is one', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    answers = [again, again, again];
    courier.notify(createAlert({ id: 'x' }), 'fired');
    await settle();
    expect(sent.a).toHaveLength(1);
    expect([...records.values()]).toMatchObject([{ state: 'waiting', attempts: 1, sentence: 'Not now.' }]);
    expect(courier.waiting('a')).toBe(1);
    // With the middle of what chance may add, the pauses are 1, 2 and 4 s.
    for (const [index, pauseMs] of [1_000, 2_000, 4_000].entries()) {
      await vi.advanceTimersByTimeAsync(pauseMs - 50);
      expect(sent.a).toHaveLength(index + 1);
      await vi.advanceTimersByTimeAsync(51);
      expect(sent.a).toHaveLength(index + 2);
    }
    expect([...records.values()]).toMatchObject([{ state: 'delivered', attempts: 4, alert: null }]);
    expect(courier.waiting('a')).toBe(0);
  });

  test('is given up after two hours, and is not begun again for the same alert', async () => {
    courier.stop();
    courier = createCourier(async () => again);
    courier.notify(createAlert({ id: 'x' }), 'fired');
    await vi.advanceTimersByTimeAsync(2 * 3_600_000 + 400_000);
    const attempts = sent.a?.length ?? 0;
    expect(attempts).toBeGreaterThan(20);
    expect(attempts).toBeLessThan(50);
    expect([...records.values()]).toMatchObject([
      { state: 'failed', sentence: expect.stringMatching(/^Not now\. Given up/) },
    ]);
    courier.tick();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(sent.a).toHaveLength(attempts);
  });

  test('that says never is asked once', async () => {
    answers = [refused];
    courier.notify(createAlert({ id: 'x' }), 'fired');
    await vi.advanceTimersByTimeAsync(60_000);
    courier.tick();
    await settle();
    expect(sent.a).toHaveLength(1);
    expect(states()).toEqual(['fired failed']);
  });

  test('that asks to be left alone is left alone, with everything', async () => {
    answers = [{ ...again, retryAfterMs: 30_000 }];
    courier.notify(createAlert({ id: 'x' }), 'fired');
    await settle();
    courier.notify(createAlert({ id: 'y' }), 'fired');
    await vi.advanceTimersByTimeAsync(29_900);
    expect(sent.a).toEqual(['fired x page']);
    await vi.advanceTimersByTimeAsync(200);
    expect(sent.a).toHaveLength(3);
  });

  test('delays no other', async () => {
    channels = [channelOf('a'), channelOf('b')];
    courier.stop();
    courier = createCourier(async ({ alert }) =>
      alert.id === 'x' && sent.b === undefined ? new Promise(() => {}) : delivered,
    );
    courier.notify(createAlert({ id: 'x' }), 'fired');
    await settle();
    expect(sent).toEqual({ a: ['fired x page'], b: ['fired x page'] });
    expect(courier.waiting('b')).toBe(0);
    expect(courier.waiting('a')).toBe(1);
  });

  test('that hangs is left after its time, and what is most urgent goes first', async () => {
    courier.stop();
    courier = createCourier(
      (_message, signal) => new Promise((done) => signal.addEventListener('abort', () => done(again))),
      {
        timeoutMs: 20,
      },
    );
    vi.useRealTimers();
    for (let index = 0; index < 6; index += 1)
      courier.notify(createAlert({ id: `n${index}`, severity: 'note' }), 'fired');
    courier.notify(createAlert({ id: 'urgent' }), 'fired');
    expect(sent.a).toHaveLength(4);
    await vi.waitFor(() => expect(sent.a?.length).toBeGreaterThan(4), { timeout: 10_000 });
    expect(sent.a?.[4]).toBe('fired urgent page');
  });

  test('does not pile up without end', async () => {
    courier.stop();
    courier = createCourier(() => new Promise(() => undefined));
    for (let index = 0; index < 250; index += 1) courier.notify(createAlert(), 'fired');
    expect(courier.waiting('a')).toBe(200);
    expect(states().filter((state) => state === 'fired failed')).toHaveLength(50);
  });
});

describe('an alert that ends before it was told of', () => {
  test('is told of in one message, while the receiver is away', async () => {
    answers = [again];
    const alert = createAlert({ id: 'x' });
    courier.notify(alert, 'fired');
    await settle();
    courier.notify(resolve(alert), 'resolved');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent.a).toEqual(['fired x page', 'resolved x page']);
    expect(states()).toEqual(['resolved delivered']);
  });

  test('is told of in order, where its beginning is under way', async () => {
    const taken: ((outcome: Outcome) => void)[] = [];
    courier.stop();
    courier = createCourier(() => new Promise((done) => taken.push(done)));
    const alert = createAlert({ id: 'x' });
    courier.notify(alert, 'fired');
    courier.notify(resolve(alert), 'resolved');
    await settle();
    expect(sent.a).toEqual(['fired x page']);
    taken[0]?.(delivered);
    await settle();
    expect(sent.a).toEqual(['fired x page', 'resolved x page']);
    taken[1]?.(delivered);
    await settle();
    courier.tick();
    await settle();
    expect(states()).toEqual(['fired delivered', 'resolved delivered']);
  });
});

describe('a silence', () => {
  test('keeps an alert back, notes it once, and lets it through when it ends', async () => {
    silences = [silenceOf()];
    const alert = createAlert({ id: 'x' });
    courier.notify(alert, 'fired');
    for (let second = 0; second < 3; second += 1) courier.tick();
    await settle();
    expect(sent).toEqual({});
    expect([...records.values()]).toMatchObject([{ state: 'silenced', sentence: 'Not sent: a move' }]);
    await vi.advanceTimersByTimeAsync(60_000);
    courier.tick();
    await settle();
    expect(sent.a).toEqual(['fired x page']);
  });

  test('of an alert that ends under it, nothing is said', async () => {
    silences = [silenceOf()];
    const alert = createAlert({ id: 'x' });
    courier.notify(alert, 'fired');
    courier.notify(resolve(alert), 'resolved');
    silences = [];
    courier.tick();
    await settle();
    expect(sent).toEqual({});
  });

  test('of an alert that was told of before, the end is told of', async () => {
    const alert = createAlert({ id: 'x' });
    courier.notify(alert, 'fired');
    await settle();
    silences = [silenceOf()];
    courier.notify(resolve(alert), 'resolved');
    await settle();
    expect(sent.a).toEqual(['fired x page', 'resolved x page']);
  });

  test('that begins while an alert waits stops it', async () => {
    answers = [again];
    courier.notify(createAlert({ id: 'x' }), 'fired');
    await settle();
    silences = [silenceOf()];
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent.a).toHaveLength(1);
    expect(states()).toEqual(['fired silenced']);
    silences = [];
    courier.tick();
    await settle();
    expect(sent.a).toHaveLength(2);
  });
});

describe('a receiver that forgets', () => {
  test('hears every minute of what it was told and what still holds, and of nothing that is silenced', async () => {
    const repeated: string[][] = [];
    courier.stop();
    courier = new Courier({
      ...{
        appName: '',
        link: '',
        pacing: usualPacing,
        clock: { nowMs: () => nowMs, monotonicMs: () => performance.now() },
      },
      channels: () => channels,
      silences: () => silences,
      log: { put: () => undefined },
      senderOf: () => ({
        send: async ({ target }) => (target === 'a' ? delivered : refused),
        repeat: async (_access, messages) => {
          repeated.push(messages.map(({ alert }) => alert.id));
          return delivered;
        },
      }),
    });
    courier.restore([]);
    const alerts = ['x', 'y', 'z'].map((id) => createAlert({ id, ruleId: id }));
    for (const alert of alerts) courier.notify(alert, 'fired');
    await settle();
    for (let second = 0; second < 150; second += 1) {
      if (second === 90) silences = [silenceOf({ ruleId: 'y' })];
      if (second === 100) courier.notify(resolve(alerts[2] as (typeof alerts)[0]), 'resolved');
      await vi.advanceTimersByTimeAsync(1_000);
      courier.tick();
    }
    expect(repeated).toEqual([['x', 'y', 'z'], ['x', 'y', 'z'], ['x']]);
  });
});

describe('a channel that is switched off, deleted or unreadable', () => {
  test.each<[string, () => ChannelDefinition[], RegExp]>([
    ['switched off', () => [channelOf('a', { isEnabled: false })], /switched off/],
    ['deleted', () => [], /deleted/],
    ['unreadable', () => [channelOf('a', { access: null })], /another key/],
  ])('%s: what waits for it ends', async (_name, change, said) => {
    answers = [again];
    courier.notify(createAlert({ id: 'x' }), 'fired');
    await settle();
    channels = change();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent.a).toHaveLength(1);
    expect([...records.values()]).toMatchObject([{ state: 'failed', sentence: expect.stringMatching(said) }]);
  });
});

describe('a new start', () => {
  const record = (facts: Partial<DeliveryRecord>): DeliveryRecord => ({
    ...{ id: 'd', channelId: 'a', alertId: 'x', change: 'fired', severity: 'page', state: 'delivered', attempts: 1 },
    ...{ sentence: '', alert: null, changedAt: new Date(nowMs - 60_000).toISOString(), ...facts },
  });
  const begin = (kept: DeliveryRecord[]) => {
    courier.stop();
    courier = createCourier();
    courier.restore(kept);
  };

  test('repeats nothing that was said, and tells of its end', async () => {
    begin([record({})]);
    const alert = createAlert({ id: 'x' });
    courier.notify(alert, 'fired');
    await settle();
    expect(sent).toEqual({});
    courier.notify(resolve(alert), 'resolved');
    await settle();
    expect(sent.a).toEqual(['resolved x page']);
  });

  test('goes on with what waits, as the same delivery', async () => {
    begin([record({ state: 'waiting', attempts: 3, alert: createAlert({ id: 'x' }) })]);
    await settle();
    expect(sent.a).toEqual(['fired x page']);
    expect(records.get('d')).toMatchObject({ state: 'delivered', attempts: 4 });
  });

  test('gives up what has waited too long', async () => {
    const changedAt = new Date(nowMs - 3 * 3_600_000).toISOString();
    begin([record({ state: 'waiting', alert: createAlert({ id: 'x' }), changedAt })]);
    await settle();
    expect(sent).toEqual({});
    expect(records.get('d')).toMatchObject({ state: 'failed', sentence: expect.stringContaining('was not running') });
  });

  test('until it is known what was said, nothing is', async () => {
    const silent = new Courier({
      ...{ appName: '', link: '', pacing: usualPacing, clock: systemClock },
      channels: () => channels,
      silences: () => [],
      log: { put: () => undefined },
      senderOf: () => ({
        send: async () => {
          sent.a = ['said'];
          return delivered;
        },
      }),
    });
    silent.notify(createAlert({ id: 'x' }), 'fired');
    silent.tick();
    await settle();
    expect(sent).toEqual({});
    silent.restore([]);
    await settle();
    expect(sent.a).toEqual(['said']);
  });
});
