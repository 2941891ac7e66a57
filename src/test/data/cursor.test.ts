import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindingOf, decodeCursor, encodeCursor } from '../../main/data/cursor.ts';
import { ada, bob, type Caller, type DataServer, operator, startDataServer } from './data-server.ts';

const records = '/v1/data/records/pages';
const types = ['text', 'number', 'boolean', 'timestamp'] as const;
const anId = '018f0000-0000-7000-8000-000000000000';
let server: DataServer;
let user: Caller;

beforeAll(async () => {
  server = await startDataServer();
  user = server.as(ada);
  const fields = types.map((type) => ({ name: `a_${type}`, type, indexed: true }));
  await server.as(operator).post('/v1/data/collections', { name: 'pages', fields });
  await server.as(operator).post('/v1/data/collections', { name: 'others', fields });
  const full = { a_text: 'x', a_number: 1, a_boolean: true, a_timestamp: '2026-01-01T00:00:00Z' };
  for (const values of [full, full, full, {}, {}, {}]) await user.post(records, values);
  for (let n = 0; n < 3; n += 1) await server.as(bob).post(records, full);
  for (let n = 0; n < 3; n += 1) await user.post('/v1/data/records/others', full);
});
afterAll(() => server.close());

async function cursorOf(query: string, path = records): Promise<string> {
  const { body } = await user.get(`${path}?limit=1&${query}`);
  expect(body.nextCursor).toEqual(expect.any(String));
  return body.nextCursor;
}

async function codeWith(query: string, cursor: string): Promise<[number, string | undefined]> {
  const { status, body } = await user.get(`${records}?limit=1&${query}&cursor=${encodeURIComponent(cursor)}`);
  return [status, body.code];
}

describe('a cursor of another list', () => {
  const lists = [
    'sort=created',
    'sort=-created',
    'sort=a_text',
    'sort=-a_text',
    'sort=a_number',
    'where.a_text=x',
    'where.a_number=1',
  ];
  it.each(lists)('400 invalid_cursor everywhere but on %s', async (list) => {
    const cursor = await cursorOf(list);
    for (const other of lists) {
      expect(await codeWith(other, cursor)).toEqual(other === list ? [200, undefined] : [400, 'invalid_cursor']);
    }
    expect(await codeWith(`${list}&where.a_boolean=false`.replace('where.a_text=x&', ''), cursor)).not.toEqual([
      200,
      undefined,
    ]);
  });

  it('400 on another value of the same filter, and in another collection', async () => {
    const cursor = await cursorOf('where.a_text=x');
    expect(await codeWith('where.a_text=y', cursor)).toEqual([400, 'invalid_cursor']);
    expect(await codeWith('sort=created', await cursorOf('sort=created', '/v1/data/records/others'))).toEqual([
      400,
      'invalid_cursor',
    ]);
  });
});

describe('a cursor that was tampered with', () => {
  const forged: [string, (parts: unknown[]) => unknown][] = [
    ['an id that is SQL', (parts) => [parts[0], parts[1], "' or true --", parts[3]]],
    ['an id that is an object', (parts) => [parts[0], parts[1], { id: anId }, parts[3]]],
    ['an id in a list', (parts) => [parts[0], parts[1], [anId], parts[3]]],
    ['a value that is an object', (parts) => [...parts.slice(0, 3), { text: 'select 1' }]],
    ['a value that is a list', (parts) => [...parts.slice(0, 3), ['x']]],
    ['a value with NUL', (parts) => [...parts.slice(0, 3), 'a\0']],
    ['a value with half of a pair', (parts) => [...parts.slice(0, 3), '\ud800']],
    ['a value of another type', (parts) => [...parts.slice(0, 3), 1]],
    ['no value', (parts) => parts.slice(0, 3)],
    ['one part more', (parts) => [...parts, 1]],
    ['another version', (parts) => [2, ...parts.slice(1)]],
    ['another binding', (parts) => [parts[0], 'AAAAAAAAAAA', ...parts.slice(2)]],
    ['an object', (parts) => ({ ...parts })],
    ['null', () => null],
  ];
  it.each(forged)('400 with %s', async (_what, forge) => {
    const parts = JSON.parse(Buffer.from(await cursorOf('sort=a_text'), 'base64url').toString()) as unknown[];
    const cursor = Buffer.from(JSON.stringify(forge(parts))).toString('base64url');
    expect(await codeWith('sort=a_text', cursor)).toEqual([400, 'invalid_cursor']);
  });

  it.each(['x', '====', '[1]', 'bnVsbA', '../../etc', '%00', 'é', `${'W'.repeat(12_001)}`])(
    '400 for %s',
    async (cursor) => {
      expect((await codeWith('sort=a_text', cursor))[0]).toBe(400);
    },
  );

  it('never a fault of ours, never another owner’s record, whatever its value', async () => {
    const his = new Set<string>((await server.as(bob).get(records)).body.records.map(({ id }: { id: string }) => id));
    const bindings = new Map<string, string>();
    for (const type of types) {
      for (const sort of [`a_${type}`, `-a_${type}`]) {
        bindings.set(sort, JSON.parse(Buffer.from(await cursorOf(`sort=${sort}`), 'base64url').toString())[1]);
      }
    }
    const value = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.constantFrom('-infinity', 'now', 'NaN', '9999-12-31T23:59:59.999Z'),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bindings.keys()), value, fc.uuid(), async (sort, forged, id) => {
        const cursor = encodeCursor(bindings.get(sort) ?? '', { id, value: forged ?? null });
        const { status, body } = await user.get(`${records}?sort=${sort}&cursor=${cursor}`);
        expect([200, 400]).toContain(status);
        for (const record of body.records ?? []) expect(his.has(record.id)).toBe(false);
      }),
      { numRuns: 300 },
    );
    expect(server.errors).toEqual([]);
  });
});

describe('encodeCursor and decodeCursor', () => {
  it('agree on every position', () => {
    const binding = bindingOf('a', true, null);
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.option(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null)), {
          nil: undefined,
        }),
        (id, value) => {
          const position = value === undefined ? { id } : { id, value };
          expect(decodeCursor(binding, encodeCursor(binding, position))).toEqual(position);
        },
      ),
    );
  });

  it('do not take one list for another whose parts run together', () => {
    expect(bindingOf('ab', 'c')).not.toBe(bindingOf('a', 'bc'));
    expect(bindingOf('a', null)).not.toBe(bindingOf('a', 'null'));
  });
});
