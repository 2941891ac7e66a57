import fastJsonStringify from 'fast-json-stringify';
import { type TSchema, Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { createSerializerCompiler, withoutUnions } from '../../main/http/serializer.ts';

const compile = createSerializerCompiler();
function serializerOf(schema: TSchema): (data: unknown) => string {
  return compile({ schema, method: 'GET', url: '/' });
}

const Word = Type.Union([Type.Literal('open'), Type.Literal('closed')]);
const Named = Type.Object({ name: Type.String() });

describe('an answer with a union is written as it would be with a validator', () => {
  test.each<[string, TSchema, unknown[]]>([
    ['one of several words', Word, ['open', 'closed']],
    ['a word or null', Type.Union([Word, Type.Null()]), ['open', null]],
    ['words and null in one', Type.Union([Type.Literal('a'), Type.Literal('b'), Type.Null()]), ['a', 'b', null]],
    ['text or null', Type.Union([Type.String(), Type.Null()]), ['', 'a "quoted" word', null]],
    ['an instant or null', Type.Union([Type.String({ format: 'date-time' }), Type.Null()]), [new Date(0), null]],
    ['a number or null', Type.Union([Type.Number(), Type.Null()]), [0, -1.5, null]],
    ['an integer or null', Type.Union([Type.Integer(), Type.Null()]), [0, 7, null]],
    [
      'a plain value',
      Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
      ['', 'a', 0, 1.5, true, false, null],
    ],
    ['an object or null', Type.Union([Named, Type.Null()]), [{ name: 'a' }, null]],
    ['a list or null', Type.Union([Type.Array(Word), Type.Null()]), [['open'], [], null]],
    ['a record of them', Type.Record(Type.String(), Type.Union([Word, Type.Null()])), [{ a: 'open', b: null }, {}]],
    ['one of two objects', Type.Union([Named, Type.Object({ count: Type.Integer() })]), [{ name: 'a' }, { count: 1 }]],
  ])('%s', (_, inner, values) => {
    const schema = Type.Object({ field: inner, left: Type.Optional(inner), list: Type.Array(inner) });
    const withValidator = fastJsonStringify(schema as object);
    const serialize = serializerOf(schema);
    for (const field of values) {
      const answer = { field, list: [field, ...values], notDescribed: 'secret' };
      expect(serialize(answer)).toBe(withValidator(answer));
      expect(JSON.parse(serialize(answer))).toEqual(JSON.parse(JSON.stringify({ field, list: [field, ...values] })));
    }
  });
});

test('what a variant does not describe is left out of it', () => {
  const serialize = serializerOf(Type.Object({ who: Type.Union([Named, Type.Null()]) }));
  expect(serialize({ who: { name: 'a', passwordHash: 'secret' } })).toBe('{"who":{"name":"a"}}');
});

test('objects of several kinds are one object with the fields of each', () => {
  const kinds = [
    Type.Object({
      kind: Type.Literal('create'),
      by: Type.Union([Type.String(), Type.Null()]),
      sizeBytes: Type.Integer(),
    }),
    Type.Object({ kind: Type.Literal('drop'), by: Type.String(), index: Named }),
  ];
  expect(withoutUnions(Type.Union(kinds) as never)).toMatchObject({
    type: 'object',
    required: ['kind', 'by'],
    properties: { kind: { type: 'string' }, by: { type: 'string', nullable: true }, sizeBytes: { type: 'integer' } },
  });
  const serialize = serializerOf(Type.Union(kinds));
  expect(serialize({ kind: 'drop', by: null, index: { name: 'a', secret: 1 }, other: 2 })).toBe(
    '{"kind":"drop","by":null,"index":{"name":"a"}}',
  );
});

test('objects whose same field is written in different ways keep their union', () => {
  const schema = Type.Union([Type.Object({ at: Type.String({ format: 'date' }) }), Type.Object({ at: Type.String() })]);
  expect(withoutUnions(schema as never)).toHaveProperty('anyOf');
  expect(serializerOf(schema)({ at: 'now' })).toBe('{"at":"now"}');
});

test('a value with a format is not taken for a plain one, which would be written otherwise', () => {
  const schema = Type.Union([Type.String({ format: 'date' }), Type.Literal('never')]);
  expect(withoutUnions(schema as never)).toHaveProperty('anyOf');
});

test('the same schema has one serializer', () => {
  expect(serializerOf(Named)).toBe(serializerOf(Named));
  expect(serializerOf(Named)).not.toBe(serializerOf(Type.Object({ name: Type.String() })));
});
