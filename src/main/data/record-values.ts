/** Checks what a caller gives for a record's fields and converts it to what Postgres is given, faults by field. */

import type { FieldFault } from '../foundation/errors.ts';
import { type CollectionDefinition, type FieldDefinition, findField } from './definition.ts';
import { invalidInput } from './errors.ts';
import type { FieldType } from './schema.ts';
import { readTimestamp } from './timestamp.ts';

/** What is bound to a parameter; a json value is its text. */
export type StoredValue = string | number | boolean | null;
type Conversion = { value: StoredValue } | { fault: string };
type Convert = (given: unknown, field: FieldDefinition) => Conversion;

const MAX_VALUE_BYTES = 100_000;
/** An entry of an index must fit a third of its page, with room for the owner and the id beside it. */
const MAX_INDEXED_BYTES = 1_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Postgres stores neither NUL nor half of a surrogate pair, and one of them fails its json only when it is read. */
const UNSTORABLE = /\0|\p{Surrogate}/u;
const UNSTORABLE_FAULT = 'has a character that cannot be stored (NUL or half of a surrogate pair)';
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const converters: Readonly<Record<FieldType, Convert>> = {
  text: (given, field) => (typeof given === 'string' ? convertText(given, field) : { fault: 'must be a text' }),
  number: (given) => {
    if (typeof given !== 'number') return { fault: 'must be a number' };
    // JSON may write more than a number can hold, which reads as infinity; and -0 is 0 to everyone but floating point.
    return Number.isFinite(given) ? { value: given === 0 ? 0 : given } : { fault: 'is too large a number' };
  },
  boolean: (given) => (typeof given === 'boolean' ? { value: given } : { fault: 'must be true or false' }),
  timestamp: (given) => {
    const value = typeof given === 'string' ? readTimestamp(given) : null;
    return value === null ? { fault: 'must be a time with a zone, such as 2026-01-31T12:00:00Z' } : { value };
  },
  json: (given) => convertJson(given),
  reference: (given) =>
    isUuid(given) ? { value: given.toLowerCase() } : { fault: 'must be the id of a record (a UUID)' },
};

export function isUuid(given: unknown): given is string {
  return typeof given === 'string' && UUID.test(given);
}

/** One value of a field, as it stands in JSON. */
export function convertValue(field: FieldDefinition, given: unknown): Conversion {
  return converters[field.type](given, field);
}

/** One value of a field, as it stands in a URL. */
export function convertText(given: string, field: FieldDefinition): Conversion {
  const bytes = Buffer.byteLength(given);
  const limit = field.indexed ? MAX_INDEXED_BYTES : MAX_VALUE_BYTES;
  if (bytes > limit)
    return { fault: `must have ${limit} bytes or fewer${field.indexed ? ', because it is indexed' : ''}` };
  return UNSTORABLE.test(given) ? { fault: UNSTORABLE_FAULT } : { value: given };
}

/** A value in a query string is text by nature: numbers and booleans are read from it. */
export function convertQueryValue(field: FieldDefinition, given: string): Conversion {
  if (field.type === 'number') return convertValue(field, DECIMAL.test(given) ? Number(given) : given);
  if (field.type === 'boolean') return convertValue(field, { true: true, false: false }[given] ?? given);
  return convertValue(field, given);
}

/**
 * The values of a new record, for all fields of the collection.
 *
 * @throws AppError invalid_input
 */
export function readNewValues(
  definition: CollectionDefinition,
  given: Readonly<Record<string, unknown>>,
): Map<string, StoredValue> {
  const { values, faults } = readGiven(definition, given);
  const missing = definition.fields.filter(({ name, required }) => required && !Object.hasOwn(given, name));
  faults.push(...missing.map(({ name }) => ({ field: name, message: 'is required' })));
  if (faults.length > 0) throw invalidInput(faults);
  return values;
}

/**
 * The values that a record is changed to: those given and no others.
 *
 * @throws AppError invalid_input
 */
export function readChangedValues(
  definition: CollectionDefinition,
  given: Readonly<Record<string, unknown>>,
): Map<string, StoredValue> {
  const { values, faults } = readGiven(definition, given);
  if (faults.length > 0) throw invalidInput(faults);
  return values;
}

function readGiven(definition: CollectionDefinition, given: Readonly<Record<string, unknown>>) {
  const values = new Map<string, StoredValue>();
  const faults: FieldFault[] = [];
  for (const [name, value] of Object.entries(given)) {
    const field = findField(definition, name);
    if (!field) {
      faults.push({ field: name.slice(0, 100), message: 'is not a field of this collection' });
    } else if (value === null) {
      if (field.required) faults.push({ field: name, message: 'is required' });
      values.set(name, null);
    } else {
      const conversion = convertValue(field, value);
      if ('fault' in conversion) faults.push({ field: name, message: conversion.fault });
      else values.set(name, conversion.value);
    }
  }
  return { values, faults };
}

function convertJson(given: unknown): Conversion {
  const text = JSON.stringify(given);
  if (text === undefined) return { fault: 'must be a JSON value' };
  const look = { extraDigits: 0, fault: '' };
  inspectJson(given, look);
  if (look.fault !== '') return { fault: look.fault };
  if (Buffer.byteLength(text) + look.extraDigits > MAX_VALUE_BYTES) {
    return { fault: `must have ${MAX_VALUE_BYTES} bytes or fewer as JSON text` };
  }
  return { value: text };
}

/** Depth is bounded by the server before anything gets here. */
function inspectJson(value: unknown, look: { extraDigits: number; fault: string }): void {
  if (typeof value === 'string') {
    if (UNSTORABLE.test(value)) look.fault = UNSTORABLE_FAULT;
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) look.fault = 'has too large a number';
    // Postgres writes 1e300 out in full: a short text could come back three hundred times as long.
    const exponent = /e[+-](\d+)$/.exec(String(value))?.[1];
    if (exponent) look.extraDigits += Number(exponent);
  } else if (Array.isArray(value)) {
    for (const item of value) inspectJson(item, look);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      if (UNSTORABLE.test(key)) look.fault = UNSTORABLE_FAULT;
      inspectJson(item, look);
    }
  }
}
