/**
 * Values made at random from a JSON schema: right ones, and ones that are right but for one place. Texts are drawn from what
 * has broken servers: other scripts, combining marks, quotes, paths, operators of SQL, names of prototypes.
 */

import fc from 'fast-check';
import type { JsonSchema } from './api-document.ts';

const NASTY_TEXTS = [
  ...['', ' ', '\u0000', '\ud800', '\u202e', '\ufeff', '\r\nx-injected: 1', 'İ', 'ß', 'ﬁ', '𝕏', 'a\u0301', '👩‍👩‍👧'],
  ...[
    "'",
    '"',
    "' or '1'='1",
    "'; select pg_sleep(5) --",
    '$1',
    '\\',
    '%',
    '_',
    '../../etc/passwd',
    '<script>alert(1)</script>',
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', '-0', '1e309'],
  ...[
    'javascript:alert(1)',
    '//evil.example',
    'http://169.254.169.254/',
    'http://[::ffff:127.0.0.1]/',
    'file:///etc/passwd',
  ],
];

const nastyText = fc.constantFrom(...NASTY_TEXTS);
const oddNumber = fc.constantFrom(0, -0, -1, 0.1, 1e-320, 1e308, 2 ** 31, 2 ** 53, -(2 ** 63));

/** Anything that JSON can say, not deep and not large. */
const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  nastyText,
  oddNumber,
  fc.constant([]),
  fc.constant({ __proto__: null, constructor: { prototype: {} } }),
);

/** What the schema allows, as far as it can be made: a pattern that is more than a set of characters may be missed. */
export function rightValue(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(rightValue));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'string':
      return rightText(schema);
    case 'integer':
      return fc.integer(boundsOf(schema, 2 ** 31 - 1));
    case 'number':
      return fc.oneof(oddNumber, fc.double({ ...boundsOf(schema, 1e12), noNaN: true }));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(rightValue(schema.items ?? {}), { minLength: numberOf(schema, 'minItems') ?? 0, maxLength: 4 });
    case 'object':
      return rightObject(schema);
    default:
      return anyJson;
  }
}

function rightObject({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, rightValue(schema)]));
  return fc.record(members, { requiredKeys: required.filter((name) => name in members) });
}

function rightText(schema: JsonSchema): fc.Arbitrary<string> {
  const { format, pattern } = schema as { format?: string; pattern?: string };
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  const minLength = numberOf(schema, 'minLength') ?? 0;
  const maxLength = Math.max(minLength, Math.min(schema.maxLength ?? 60, 300));
  const free = fc.oneof(nastyText, fc.string({ unit: 'grapheme', minLength, maxLength }), fc.emailAddress());
  if (pattern === undefined || pattern.startsWith('^[^') || pattern.includes('(?')) return free;
  return fc.oneof(fc.stringMatching(new RegExp(pattern, 'u'), { maxLength }), free);
}

/** A right value in which one place holds anything. */
export function nearlyRightValue(schema: JsonSchema): fc.Arbitrary<unknown> {
  const members = Object.entries(schema.properties ?? {});
  if (members.length === 0) return anyJson;
  const broken = members.map(([name, member]) =>
    fc
      .tuple(rightValue(schema), fc.oneof(nearlyRightValue(member), anyJson))
      .map(([whole, part]) => ({ ...(whole as object), [name]: part })),
  );
  return fc.oneof(...broken, anyJson);
}

function numberOf(schema: JsonSchema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === 'number' ? value : undefined;
}

function boundsOf(schema: JsonSchema, largest: number): { min: number; max: number } {
  return { min: numberOf(schema, 'minimum') ?? -largest, max: numberOf(schema, 'maximum') ?? largest };
}
