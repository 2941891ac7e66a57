import { expect, test } from 'vitest';
import type { AlertRule } from '../../../../main/client/index.ts';
import { readNewRule, readRuleChange } from '../../../../main/console/monitor/alerts/read-rule.ts';

function form(entries: Readonly<Record<string, string>>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(entries)) data.append(name, value);
  return data;
}

const given = { name: 'Checkout', series: 'http.p99Ms', direction: 'above', forSeconds: '60', severity: 'page' };

test('a bound has the unit of its figure', () => {
  expect(readNewRule(form({ ...given, threshold: '1500' }), 'limit')).toEqual({
    ...{ name: 'Checkout', kind: 'limit', series: 'http.p99Ms', direction: 'above', forSeconds: 60, severity: 'page' },
    ...{ onlyWhenUsersAreHurt: false, unit: 'ms', threshold: 1500 },
  });
});

test('what is held against the usual has no bound', () => {
  const rule = readNewRule(form({ ...given, scope: 'GET /orders', onlyWhenUsersAreHurt: 'yes' }), 'baseline');
  expect(rule).toMatchObject({ kind: 'baseline', scope: 'GET /orders', onlyWhenUsersAreHurt: true });
  expect(rule).not.toHaveProperty('threshold');
});

test('only what was changed is sent', () => {
  const rule = { name: 'Checkout', severity: 'page', threshold: 1500, forSeconds: 60 } as AlertRule;
  const same = { severity: 'page', threshold: '1500', forSeconds: '60' };
  expect(readRuleChange(form(same), rule)).toEqual({});
  expect(readRuleChange(form({ ...same, threshold: '0', name: 'Till' }), rule)).toEqual({ threshold: 0, name: 'Till' });
});
