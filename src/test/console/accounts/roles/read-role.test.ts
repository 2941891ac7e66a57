import { expect, test } from 'vitest';
import { readRole } from '../../../../main/console/accounts/roles/read-role.ts';

const form = (values: Record<string, string | string[]>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) for (const one of [value].flat()) data.append(name, one);
  return data;
};

test('a role that demands a second factor has days of grace', () => {
  const values = {
    permissions: ['accounts.read', 'audit.read'],
    about: ' Support ',
    demandsSecondFactor: 'on',
    graceDays: '7',
  };
  expect(readRole(form(values))).toEqual({
    permissions: ['accounts.read', 'audit.read'],
    about: 'Support',
    demandsSecondFactor: true,
    graceMs: 7 * 86_400_000,
  });
});

test('one that does not has none, whatever stood in the field before', () => {
  expect(readRole(form({ about: '', graceDays: '7' }))).toEqual({
    permissions: [],
    about: null,
    demandsSecondFactor: false,
    graceMs: 0,
  });
});
