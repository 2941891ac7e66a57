import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldTypes } from '../../main/data/schema.ts';
import { ada, type Caller, type DataServer, operator, startDataServer } from './data-server.ts';

const records = '/v1/data/records/anything';
let server: DataServer;
let user: Caller;

beforeAll(async () => {
  server = await startDataServer();
  user = server.as(ada);
  const plain = fieldTypes.map((type) => ({
    name: `${type}_field`,
    type,
    ...(type === 'reference' ? { target: 'anything' } : {}),
  }));
  const indexed = (['text', 'number', 'boolean', 'timestamp'] as const).map((type) => ({
    name: `indexed_${type}`,
    type,
    indexed: true,
  }));
  const made = await server
    .as(operator)
    .post('/v1/data/collections', { name: 'anything', fields: [...plain, ...indexed] });
  expect(made.status).toBe(201);
});
afterAll(() => server.close());

/** Texts with everything that JSON lets through: controls, NUL, halves of surrogate pairs, quotes, SQL. */
const strangeText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'binary-ascii' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '',
    "'",
    '"',
    '\\',
    '$1',
    '{}',
    'null',
    "'; drop table x; --",
    '\u2028',
    '\ufeff',
    'infinity',
    'NaN',
    'now',
  ),
  fc.string().map((text) => text.repeat(200)),
);
const strangeNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 2 ** 53, -(2 ** 63), 1e21),
  fc.integer(),
);
const strangeTime = fc.oneof(
  fc.date({ noInvalidDate: false }).map((date) => (Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString())),
  fc.constantFrom(
    ...['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59-23:59'],
    ...['2016-12-31T23:59:60Z', '2026-01-01T24:00:00Z', '+010000-01-01T00:00:00Z', '2026-01-01', 'epoch', 'infinity'],
    ...['2026-02-29T00:00:00Z', '2024-02-29T00:00:00Z', '2026-01-01T00:00:00.123456789Z', '2026-1-1T00:00:00Z'],
    ...['2026-01-01T00:00:00+24:00', '2026-01-01 00:00:00Z', '2026-01-01T00:00:00z', '٢٠٢٦-01-01T00:00:00Z'],
  ),
);
const strangeValue = fc.oneof(
  ...[strangeText, strangeNumber, strangeTime, fc.boolean(), fc.constant(null), fc.uuid()],
  fc.jsonValue({ maxDepth: 5 }),
  fc.dictionary(strangeText, fc.oneof(strangeText, strangeNumber), { maxKeys: 4 }),
);
const fieldNames = [
  ...fieldTypes.map((type) => `${type}_field`),
  ...['text', 'number', 'boolean', 'timestamp'].map((type) => `indexed_${type}`),
];
const strangeValues = fc.dictionary(fc.constantFrom(...fieldNames), strangeValue, {
  maxKeys: 4,
  noNullPrototype: true,
});

/** Keys that reach a prototype never get past the body's parser. */
const allowed = [200, 201, 400];

describe('whatever is given', () => {
  it('is stored and given back, or refused: never a fault of ours', async () => {
    await fc.assert(
      fc.asyncProperty(strangeValues, async (values) => {
        const { status, body } = await user.post(records, values);
        expect(allowed, JSON.stringify(body)).toContain(status);
        if (status !== 201) return;
        const given = JSON.parse(JSON.stringify(values));
        const { id, ...stored } = body.record;
        for (const [name, value] of Object.entries(given)) {
          if (name.includes('timestamp') && value !== null)
            expect(Date.parse(stored[name])).toBe(Math.floor(parse(value)));
          else if (name === 'reference_field' && value !== null) throw new Error('a reference to nothing was accepted');
          else expect(stored[name]).toEqual(value);
        }
        expect((await user.patch(`${records}/${id}`, values)).status).toBe(200);
        await user.delete(`${records}/${id}`);
      }),
      { numRuns: 400 },
    );
    expect(server.errors).toEqual([]);
  });

  it('is a filter or is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fieldNames), strangeText, async (name, text) => {
        const value = encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?')).replaceAll('%3F', '%ED%A0%80');
        expect(allowed).toContain((await user.get(`${records}?where.${name}=${value}`)).status);
      }),
      { numRuns: 200 },
    );
    expect(server.errors).toEqual([]);
  });
});

function parse(value: unknown): number {
  return Date.parse(String(value));
}

describe('numbers', () => {
  it.each([5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.1, 2 ** 53 + 2, 1e21])(
    '%s comes back to the last bit, in a field and in json',
    async (value) => {
      const { body } = await user.post(records, { number_field: value, indexed_number: value, json_field: [value] });
      expect(body.record).toMatchObject({ number_field: value, indexed_number: value, json_field: [value] });
    },
  );

  it('-0 is 0', async () => {
    const { body } = await user.post(records, '{"number_field":-0,"json_field":-0}');
    expect(Object.is(body.record.number_field, 0)).toBe(true);
  });
});

describe('times', () => {
  it.each([
    ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T12:00:00.123999-00:30', '2026-01-31T12:30:00.123Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['0099-06-01T00:00:00Z', '0099-06-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', async (given, stored) => {
    const { body } = await user.post(records, { timestamp_field: given });
    expect(body.record.timestamp_field).toBe(stored);
  });
});

it('400 for an indexed text that would not fit its index, 201 for the longest that does', async () => {
  const random = () => Array.from({ length: 500 }, () => String.fromCharCode(0x100 + Math.random() * 0x600)).join('');
  expect((await user.post(records, { indexed_text: random() })).status).toBe(201);
  expect((await user.post(records, { indexed_text: `${random()}x` })).body.errors[0].field).toBe('indexed_text');
});
