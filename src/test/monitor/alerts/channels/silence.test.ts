import { describe, expect, test } from 'vitest';
import type { Silence } from '../../../../main/monitor/alerts/channels/schema.ts';
import { checkSilence, findSilence, isInForce } from '../../../../main/monitor/alerts/channels/silence.ts';
import { createAlert } from '../../../support/alerts.ts';

const silence = (facts: Partial<Silence> = {}): Silence => ({
  ...{ id: 's', reason: 'a move', ruleId: null, scope: null },
  ...{ from: '2026-01-01T00:00:00Z', until: null, weekly: null, ...facts },
});
const at = (text: string) => Date.parse(text);

describe('a silence', () => {
  test('holds from its beginning until before its end', () => {
    const one = silence({ from: '2026-11-23T10:00:00Z', until: '2026-11-23T11:00:00Z' });
    expect(isInForce(one, at('2026-11-23T09:59:59Z'))).toBe(false);
    expect(isInForce(one, at('2026-11-23T10:00:00Z'))).toBe(true);
    expect(isInForce(one, at('2026-11-23T11:00:00Z'))).toBe(false);
  });

  test('is for every alert, those of a rule, or those of a scope', () => {
    const alert = createAlert({ ruleId: 'disk', scope: 'public.orders' });
    const nowMs = at('2026-11-23T10:00:00Z');
    const found = (facts: Partial<Silence>) => findSilence([silence(facts)], alert, nowMs) !== undefined;
    expect(found({})).toBe(true);
    expect(found({ ruleId: 'disk' })).toBe(true);
    expect(found({ ruleId: 'locks' })).toBe(false);
    expect(found({ ruleId: 'disk', scope: 'public.users' })).toBe(false);
    expect(found({ scope: 'public.orders' })).toBe(true);
  });
});

describe('a silence of each week', () => {
  const weekly = { days: [1, 5], startsAt: '22:30', minutes: 120, timeZone: 'Europe/Vienna' };
  const one = silence({ weekly });

  // 2026-11-23 is a Monday; Vienna is an hour ahead of UTC.
  test.each([
    ['2026-11-23T21:29:59Z', false],
    ['2026-11-23T21:30:00Z', true],
    ['2026-11-23T23:29:59Z', true],
    ['2026-11-23T23:30:00Z', false],
    ['2026-11-24T22:00:00Z', false],
    ['2026-11-27T22:00:00Z', true],
    ['2026-11-28T22:00:00Z', false],
  ])('by its own clock, past midnight too: %s is %s', (moment, expected) => {
    expect(isInForce(one, at(moment))).toBe(expected);
  });

  test('of Sunday night goes on into Monday', () => {
    const sunday = silence({ weekly: { days: [7], startsAt: '23:00', minutes: 180, timeZone: 'UTC' } });
    expect(isInForce(sunday, at('2026-11-23T01:59:00Z'))).toBe(true);
    expect(isInForce(sunday, at('2026-11-23T02:00:00Z'))).toBe(false);
  });

  test('of a whole day holds from midnight to midnight', () => {
    const day = silence({ weekly: { days: [1], startsAt: '00:00', minutes: 1440, timeZone: 'UTC' } });
    expect(isInForce(day, at('2026-11-22T23:59:59Z'))).toBe(false);
    expect(isInForce(day, at('2026-11-23T00:00:00Z'))).toBe(true);
    expect(isInForce(day, at('2026-11-23T23:59:59Z'))).toBe(true);
    expect(isInForce(day, at('2026-11-24T00:00:00Z'))).toBe(false);
  });

  test('keeps to the wall clock when it is put back', () => {
    const night = silence({ weekly: { days: [7], startsAt: '01:00', minutes: 180, timeZone: 'Europe/Vienna' } });
    // In the night to 25 October 2026 three o'clock comes twice: 00:59 UTC is 02:59 summer time, 02:30 UTC is 03:30.
    expect(isInForce(night, at('2026-10-25T00:59:00Z'))).toBe(true);
    expect(isInForce(night, at('2026-10-25T02:30:00Z'))).toBe(true);
    expect(isInForce(night, at('2026-10-25T03:00:00Z'))).toBe(false);
  });

  test('holds within its span alone', () => {
    const over = silence({ weekly, until: '2026-11-20T00:00:00Z' });
    expect(isInForce(over, at('2026-11-23T22:00:00Z'))).toBe(false);
  });
});

describe('a silence that is asked for', () => {
  const nowMs = at('2026-11-23T10:00:00Z');
  const weekly = { days: [1], startsAt: '22:00', minutes: 60, timeZone: 'Europe/Vienna' };

  test('begins now where nothing else is said', () => {
    const checked = checkSilence({ reason: 'a move', until: '2026-11-23T12:00:00+01:00' }, nowMs);
    expect(checked).toMatchObject({
      from: '2026-11-23T10:00:00.000Z',
      until: '2026-11-23T11:00:00.000Z',
      ruleId: null,
    });
    expect(checkSilence({ reason: 'nightly', weekly }, nowMs)).toMatchObject({ until: null, weekly });
  });

  test.each([
    [{ reason: 'for ever' }, /ends at some time/],
    [{ reason: 'past', until: '2026-11-23T09:00:00Z' }, /not in the past/],
    [{ reason: 'turned', from: '2026-11-25T00:00:00Z', until: '2026-11-24T00:00:00Z' }, /after it has begun/],
    [{ reason: 'nowhere', weekly: { ...weekly, timeZone: 'Middle/Earth' } }, /no time zone/],
  ])('is refused where it makes no sense: %j', (given, said) => {
    expect(() => checkSilence(given, nowMs)).toThrow(said);
  });
});
