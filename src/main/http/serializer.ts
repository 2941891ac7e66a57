/**
 * Answers are written by their schemas, so that nothing leaves which is not described. What the schemas say with a union (a
 * field that may be null, one of several words) is said to the serializer without one: it would run a validator for each
 * such value, and compile it when the first is sent, which stops the process for 20 to 100 ms. What is left, where a value's
 * own type does not say how it is written, is compiled at the start.
 */

import fastJsonStringify from 'fast-json-stringify';
import type { FastifySerializerCompiler } from 'fastify';
import type { TSchema } from 'typebox';

type Schema = Readonly<Record<string, unknown>>;

/** Of the same schema it makes one serializer, whichever routes use it: each has that of problems twice. */
export function createSerializerCompiler(): FastifySerializerCompiler<TSchema> {
  const made = new WeakMap<TSchema, (data: unknown) => string>();
  return ({ schema }) => {
    const known = made.get(schema);
    if (known) return known;
    const serialize = fastJsonStringify(withoutUnions(schema as Schema) as object, { compileValidators: true });
    made.set(schema, serialize);
    return serialize;
  };
}

/** The same fields, with a union only of what a value's own type does not tell apart. */
export function withoutUnions(schema: Schema): Schema {
  const { anyOf, ...rest } = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, withoutUnionsInside(keyword, value)]),
  );
  if (!Array.isArray(anyOf)) return anyOf === undefined ? rest : { ...rest, anyOf };
  const variants = (anyOf as Schema[]).filter(({ type }) => type !== 'null');
  const nullable = variants.length < anyOf.length || variants.some((variant) => variant.nullable === true);
  const one = inOne(variants);
  if (!one) return { ...rest, anyOf };
  return { ...rest, ...one, ...(nullable ? { nullable } : {}) };
}

function withoutUnionsInside(keyword: string, value: unknown): unknown {
  switch (keyword) {
    case 'items':
    case 'additionalProperties':
      return isSchema(value) ? withoutUnions(value) : value;
    case 'anyOf':
      return Array.isArray(value) ? value.map((one) => (isSchema(one) ? withoutUnions(one) : one)) : value;
    case 'properties':
    case 'patternProperties':
    case '$defs':
      return isSchema(value)
        ? Object.fromEntries(
            Object.entries(value).map(([name, one]) => [name, isSchema(one) ? withoutUnions(one) : one]),
          )
        : value;
    default:
      return value;
  }
}

/** The variants as one schema without a union; undefined where only a validator can tell which of them a value is. */
function inOne(variants: readonly Schema[]): Schema | undefined {
  const different = [...new Map(variants.map((variant) => [JSON.stringify(variant), variant])).values()];
  if (different.length === 1) return different[0];
  if (different.every(isPlainObject)) return objectInOne(different);
  const types = new Set(different.map(plainTypeOf));
  if (types.has(undefined)) return undefined;
  const [type, ...others] = types;
  return { type: others.length === 0 ? type : [type, ...others] };
}

interface ObjectSchema extends Schema {
  properties: Readonly<Record<string, Schema>>;
  required?: readonly string[];
}

/** An object of any of the kinds: with what each describes, and asking only for what all have. */
function objectInOne(kinds: readonly ObjectSchema[]): Schema | undefined {
  const properties: Record<string, Schema> = {};
  for (const name of new Set(kinds.flatMap((kind) => Object.keys(kind.properties)))) {
    const variants = kinds.flatMap(({ properties: of }) => of[name] ?? []);
    const property = withoutUnions({ anyOf: variants });
    if ('anyOf' in property) return undefined;
    properties[name] = property;
  }
  const [first, ...others] = kinds;
  const required = (first?.required ?? []).filter((name) => others.every((kind) => kind.required?.includes(name)));
  return { type: 'object', properties, required };
}

/** One whose fields are all named. */
function isPlainObject(schema: Schema): schema is ObjectSchema {
  const { type, properties, additionalProperties, patternProperties } = schema;
  return type === 'object' && isSchema(properties) && !additionalProperties && !patternProperties;
}

/** The type of one that allows a word, or all of a plain type; undefined for all else, and where a format changes how it is written. */
function plainTypeOf({ type, const: word, format }: Schema): string | undefined {
  if (format !== undefined) return undefined;
  const found = word === undefined ? type : typeof word;
  return found === 'string' || found === 'number' || found === 'boolean' ? found : undefined;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
