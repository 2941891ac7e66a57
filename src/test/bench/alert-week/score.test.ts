/** How alerts are counted against planted incidents. */

import { expect, test } from 'vitest';
import type { Incident } from '../../../bench/alert-week/incidents.ts';
import { score } from '../../../bench/alert-week/score.ts';

const MINUTE_MS = 60_000;
const incident = (fromMinute: number, toMinute: number): Incident => ({
  ...{ kind: 'bad_deploy', fromMs: fromMinute * MINUTE_MS, toMs: toMinute * MINUTE_MS, bear: () => undefined },
});
const alertAt = (minute: number) => ({
  rule: 'r',
  scope: '',
  sentence: '',
  fromMs: minute * MINUTE_MS,
  toMs: minute * MINUTE_MS,
});
const span = { fromMs: 0, toMs: 1_000 * MINUTE_MS };

test('what begins within an incident or shortly after finds it; what begins elsewhere is false', () => {
  const alerts = [alertAt(5), alertAt(12), alertAt(29), alertAt(31), alertAt(200), alertAt(2_000)];
  const outcome = score(alerts, [incident(10, 20), incident(100, 110)], span);
  expect(outcome).toMatchObject({ alerts: 5, precision: 2 / 5, recall: 1 / 2 });
  expect(outcome.falseAlerts.map(({ fromMs }) => fromMs / MINUTE_MS)).toEqual([5, 31, 200]);
  expect(outcome.found).toMatchObject([{ afterMs: 2 * MINUTE_MS }]);
  expect(outcome.missed).toHaveLength(1);
});

test('of nothing raised and nothing planted nothing is wrong', () => {
  expect(score([], [], span)).toMatchObject({ precision: 1, recall: 1 });
});
