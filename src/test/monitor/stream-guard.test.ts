import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import type { Caller, RequestContext } from '../../main/http/index.ts';
import { operatorStays } from '../../main/monitor/stream-guard.ts';

const request = { headers: { authorization: 'Bearer t' }, cookies: {} } as unknown as FastifyRequest;
const context = { signal: new AbortController().signal } as RequestContext;
const mayGoOn = (caller: object | null) => operatorStays(async () => caller as Caller | null, context, request)();

test('a stream goes on for as long as its caller may watch: as an operator, or by a role or a key', async () => {
  expect(await mayGoOn({ role: 'operator' })).toBe(true);
  expect(await mayGoOn({ role: 'user', standing: { permissions: ['audit.read', 'monitor.read'] } })).toBe(true);
});

test('it ends with the session, the role, the permission', async () => {
  expect(await mayGoOn(null)).toBe(false);
  expect(await mayGoOn({ role: 'user' })).toBe(false);
  expect(await mayGoOn({ role: 'user', standing: { permissions: ['monitor.write'] } })).toBe(false);
});
