import { expect, test } from 'vitest';
import { readSilence } from '../../../../main/console/monitor/alerts/read-silence.ts';

function form(entries: readonly (readonly [string, string])[]): FormData {
  const data = new FormData();
  for (const [name, value] of entries) data.append(name, value);
  return data;
}

const now = Date.parse('2026-11-23T14:00:00.000Z');

test('for a while: from now on, of everything where nothing was named', () => {
  const silence = readSilence(
    form([
      ['reason', ' The move '],
      ['minutes', '60'],
      ['ruleId', ''],
      ['scope', ''],
    ]),
    'once',
    now,
  );
  expect(silence).toEqual({ reason: 'The move', ruleId: null, scope: null, until: '2026-11-23T15:00:00.000Z' });
});

test('until somebody ends it', () => {
  expect(
    readSilence(
      form([
        ['reason', 'x'],
        ['minutes', ''],
      ]),
      'once',
      now,
    ).until,
  ).toBeNull();
});

test('each week: the days that are ticked, in the reader’s own zone', () => {
  const silence = readSilence(
    form([
      ['reason', 'x'],
      ['ruleId', 'pool-waits'],
      ['days', '1'],
      ['days', '3'],
      ['startsAt', '02:00'],
      ['minutes', '90'],
    ]),
    'weekly',
    now,
  );
  expect(silence).toMatchObject({ ruleId: 'pool-waits', weekly: { days: [1, 3], startsAt: '02:00', minutes: 90 } });
  expect(silence.weekly?.timeZone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
});
