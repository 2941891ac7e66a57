/**
 * Input checks by JSON Schema. A body is taken as it is: nothing is converted, nothing unknown is dropped in silence.
 * Query and path are text by nature, so numbers and booleans in them are read from text.
 */

import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';
import type { TSchema } from 'typebox';
import type { FieldFault } from '../foundation/errors.ts';

const shared = { allErrors: true, removeAdditional: false, useDefaults: true, strict: false } as const;

function createAjv(coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ ...shared, coerceTypes });
  formats.default(ajv, ['date-time', 'email', 'uuid', 'uri']);
  return ajv;
}

export function createValidatorCompiler(): FastifySchemaCompiler<TSchema> {
  const strict = createAjv(false);
  const fromText = createAjv(true);
  return ({ schema, httpPart }) => (httpPart === 'body' ? strict : fromText).compile(schema);
}

/** The faults as field and sentence; never the value that was sent, which may be a secret. */
export function fieldFaults(errors: readonly FastifySchemaValidationError[], part?: string): FieldFault[] {
  const faults = errors.map((error) => ({ field: fieldOf(error, part), message: sentenceOf(error) }));
  const seen = new Set<string>();
  return faults.filter(({ field }) => !seen.has(field) && seen.add(field)).slice(0, 20);
}

function fieldOf({ instancePath, params, keyword }: FastifySchemaValidationError, part = 'body'): string {
  const path = instancePath.split('/').filter((step) => step !== '');
  if (keyword === 'required') path.push(String(params.missingProperty));
  if (keyword === 'additionalProperties') path.push(String(params.additionalProperty).slice(0, 100));
  return path.length === 0 ? part : path.join('.');
}

function sentenceOf({ keyword, params, message }: FastifySchemaValidationError): string {
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'additionalProperties':
      return 'is not a field of this request';
    case 'type':
      return `must be ${describeType(params.type)}`;
    case 'minLength':
      return params.limit === 1 ? 'must not be empty' : `must have ${params.limit} characters or more`;
    case 'maxLength':
      return `must have ${params.limit} characters or fewer`;
    case 'format':
      return `must be ${describeFormat(String(params.format))}`;
    case 'enum':
      return `must be one of ${(params.allowedValues as unknown[]).join(', ')}`;
    default:
      return message ?? 'is not right';
  }
}

function describeType(type: unknown): string {
  if (Array.isArray(type)) return type.map(describeType).join(' or ');
  return (
    { string: 'a text', object: 'an object', array: 'a list', integer: 'a whole number' }[String(type)] ?? `a ${type}`
  );
}

function describeFormat(format: string): string {
  const known: Record<string, string> = {
    email: 'an email address',
    uuid: 'an id (a UUID)',
    uri: 'a URL',
    'date-time': 'a time such as 2026-01-31T12:00:00Z',
  };
  return known[format] ?? `a ${format}`;
}
