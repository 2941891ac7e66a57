import { expect, test } from 'vitest';
import { readKey } from '../../../../main/console/hosted/account/read-key.ts';

test('the form becomes what the server takes', () => {
  const form = new FormData();
  form.set('name', '  Nightly backup ');
  form.append('scopes', 'own.data.read');
  form.append('scopes', 'own.data.write');
  form.set('days', '30');
  expect(readKey(form, Date.parse('2026-11-01T00:00:00Z'))).toEqual({
    name: 'Nightly backup',
    scopes: ['own.data.read', 'own.data.write'],
    expiresAt: '2026-12-01T00:00:00.000Z',
  });
});
