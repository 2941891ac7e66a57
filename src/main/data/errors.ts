/** What data refuses, in its own words. */

import { AppError, type FieldFault } from '../foundation/errors.ts';

export function invalidInput(fields: FieldFault[]): AppError {
  const [first] = fields;
  const message = fields.length === 1 && first ? `${first.field} ${first.message}.` : 'Some of the input is not right.';
  return new AppError('invalid', 'invalid_input', message, { fields: fields.slice(0, 20) });
}

export function collectionNotFound(): AppError {
  return new AppError('not_found', 'collection_not_found', 'There is no such collection.');
}

export function collectionExists(name: string): AppError {
  return new AppError('conflict', 'collection_exists', `There is a collection ${name} already.`);
}

export function collectionReferenced(name: string, by: readonly string[]): AppError {
  const others = by.join(', ');
  return new AppError(
    'conflict',
    'collection_referenced',
    `${name} cannot be deleted while others refer to it: ${others}.`,
  );
}

export function fieldExists(name: string): AppError {
  return new AppError('conflict', 'field_exists', `The collection has a field ${name} already.`);
}

export function tooManyFields(limit: number): AppError {
  return new AppError('conflict', 'too_many_fields', `A collection has ${limit} fields at most.`);
}

/** Records that exist would have no value for it. */
export function collectionNotEmpty(): AppError {
  return new AppError(
    'conflict',
    'collection_not_empty',
    'A required field can be added only while the collection has no records. Add it without required.',
  );
}

/** Building the index would keep every writer of the collection waiting for too long. */
export function collectionTooLarge(): AppError {
  return new AppError(
    'conflict',
    'collection_too_large',
    'The collection is too large for an index to be built while its users wait. Add the field without indexed.',
  );
}

export function recordNotFound(): AppError {
  return new AppError('not_found', 'record_not_found', 'There is no such record.');
}

export function recordReferenced(): AppError {
  return new AppError(
    'conflict',
    'record_referenced',
    'Another record refers to this one. Change or delete that first.',
  );
}

export function fieldNotIndexed(name: string): AppError {
  return new AppError(
    'invalid',
    'field_not_indexed',
    `Records cannot be sorted or filtered by ${name}: it has no index.`,
  );
}

/** No index serves it, and without one every page would read all of the owner's records. */
export function combinationNotServed(): AppError {
  return new AppError(
    'invalid',
    'combination_not_served',
    'Filter by one field at a time, and sort filtered records by created or by that field.',
  );
}

export function invalidCursor(): AppError {
  return new AppError(
    'invalid',
    'invalid_cursor',
    'The cursor does not belong to this list. Ask for the first page again.',
  );
}

/** The collection was changed again while the request was being tried anew. */
export function definitionChanged(cause: unknown): AppError {
  return new AppError('overloaded', 'definition_changed', 'The collection is being changed right now; try again.', {
    cause,
    retryAfterSeconds: 1,
  });
}
