import { expect, test } from 'vitest';
import type { AuditNote } from '../../../main/accounts/audit-trail/note.ts';
import { watchRoutes } from '../../../main/accounts/audit-trail/watch-routes.ts';
import { type Access, type Method, type Route, route } from '../../../main/http/index.ts';

const schema = { summary: 'A test', response: { 204: null } } as const;
const notes: AuditNote[] = [];
const watch = (one: Route) => watchRoutes([one], async (_context, note) => void notes.push(note))[0] as Route;
const at = (method: Method, path: string, access: Access, handle = async () => undefined) =>
  route(method, path, { access, schema }, handle);
const run = (one: Route, params?: object) =>
  (one.handler as (input: object) => Promise<unknown>)({ params, context: {} });

test('what operators change is noted by its endpoint and the names in its address', async () => {
  notes.length = 0;
  await run(watch(at('DELETE', '/v1/data/collections/:collection', 'operator')), { collection: 'notes' });
  await run(watch(at('POST', '/shop-items/refunds', 'operator')));
  expect(notes).toEqual([
    {
      action: 'data.changed',
      subject: { kind: 'route', id: 'DELETE /v1/data/collections/:collection' },
      details: { collection: 'notes' },
    },
    { action: 'shop_items.changed', subject: { kind: 'route', id: 'POST /shop-items/refunds' }, details: {} },
  ]);
});

test('neither what is only read, nor what users do with their own, nor what failed', async () => {
  notes.length = 0;
  await run(watch(at('GET', '/v1/data/collections', 'operator')));
  await run(watch(at('POST', '/v1/data/records/:collection', 'user')));
  const failing = at('POST', '/v1/data/collections', 'operator', () => Promise.reject(new Error('no')));
  await expect(run(watch(failing))).rejects.toThrow('no');
  expect(notes).toEqual([]);
});
