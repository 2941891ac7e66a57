// The command beside a screen can be pasted into a shell.
import { expect, test } from 'vitest';
import { curlCommand } from '../../../main/console/components/curl-line.tsx';

test('a reading request is one address and one header', () => {
  expect(curlCommand('http://localhost:8080', { method: 'GET', path: '/v1/accounts/me' })).toBe(
    'curl http://localhost:8080/v1/accounts/me \\\n  -H "authorization: Bearer $TOKEN"',
  );
});

test('an apostrophe in a value does not end the quoted body', () => {
  const command = curlCommand('http://localhost:8080', { method: 'POST', path: '/x', body: { name: "Ada's" } });
  expect(command).toContain(`-d '{"name":"Ada'\\''s"}'`);
});
