import { expect, test } from 'vitest';
import type { AlertRule } from '../../../../main/client/index.ts';
import { arrangeRules } from '../../../../main/console/monitor/alerts/arrange-rules.ts';

const rule = (given: Partial<AlertRule>) =>
  ({ about: '', series: null, builtIn: true, severity: 'page', ...given }) as AlertRule;

test('one’s own come first, then the urgent ones, each by name', () => {
  const rules = [
    rule({ name: 'b' }),
    rule({ name: 'c', severity: 'ticket' }),
    rule({ name: 'own', builtIn: false, severity: 'note' }),
    rule({ name: 'a' }),
  ];
  expect(arrangeRules(rules, '').map(({ name }) => name)).toEqual(['own', 'a', 'b', 'c']);
});

test('the search looks at names, words and figures', () => {
  const rules = [rule({ name: 'Disk', series: 'disk.freeShare' }), rule({ name: 'Locks', about: 'Sessions wait' })];
  expect(arrangeRules(rules, 'FREESHARE').map(({ name }) => name)).toEqual(['Disk']);
  expect(arrangeRules(rules, ' wait ').map(({ name }) => name)).toEqual(['Locks']);
});
