/** Fields: what may be declared, and adding one to a collection that has records. */

import type { Origin, Transaction } from '../database/index.ts';
import type { FieldFault } from '../foundation/errors.ts';
import {
  type CollectionDefinition,
  type FieldDefinition,
  findField,
  isReservedFieldName,
  tableOf,
} from './definition.ts';
import { addFieldText, changeDefinition, type DefinitionDependencies } from './definition-change.ts';
import {
  collectionNotEmpty,
  collectionNotFound,
  collectionTooLarge,
  fieldExists,
  invalidInput,
  tooManyFields,
} from './errors.ts';
import { findForChange, growVersion, hasRecords, insertField, listExistingNames, sizeOfTable } from './queries.ts';
import { type Field, MAX_FIELDS } from './schema.ts';

/** An index over this much is built in well under a second, for which the collection's writers wait. */
const MAX_INDEXING_BYTES = 32 * 1024 * 1024;

/** What is wrong with the fields in themselves, whatever other collections there are. */
export function checkFields(fields: readonly Field[], path: (index: number) => string): FieldFault[] {
  const seen = new Set<string>();
  return fields.flatMap((field, index) => {
    const fault = faultOf(field) ?? (seen.has(field.name) ? { part: 'name', message: 'is given twice' } : null);
    seen.add(field.name);
    return fault ? [{ field: `${path(index)}${fault.part}`, message: fault.message }] : [];
  });
}

function faultOf({ name, type, indexed, target }: Field): { part: string; message: string } | null {
  if (isReservedFieldName(name)) return { part: 'name', message: 'is a name that Aquifer keeps for itself' };
  if (type === 'reference' && target === undefined) return { part: 'target', message: 'is required of a reference' };
  if (type !== 'reference' && target !== undefined) return { part: 'target', message: 'is for references only' };
  if (type === 'json' && indexed) return { part: 'indexed', message: 'is not for json' };
  return null;
}

export function toFieldDefinition({ name, type, required, indexed, target }: Field): FieldDefinition {
  return {
    name,
    type,
    required: required ?? false,
    indexed: (indexed ?? false) || type === 'reference',
    target: target ?? null,
  };
}

export function toField({ name, type, required, indexed, target }: FieldDefinition): Field {
  return { name, type, required, indexed, ...(target === null ? {} : { target }) };
}

/** Faults for references to collections that are not there. */
export async function checkTargets(
  tx: Transaction,
  fields: readonly FieldDefinition[],
  path: (index: number) => string,
): Promise<FieldFault[]> {
  const targets = fields.flatMap(({ target }) => (target === null ? [] : [target]));
  if (targets.length === 0) return [];
  const existing = await listExistingNames(tx, targets);
  return fields.flatMap(({ target }, index) =>
    target === null || existing.has(target) ? [] : [{ field: `${path(index)}target`, message: 'names no collection' }],
  );
}

/**
 * Adds a field. Records that exist have no value in it.
 *
 * @throws AppError collection_not_found, invalid_input, field_exists, too_many_fields, collection_not_empty,
 *   collection_too_large
 */
export async function addField(
  deps: DefinitionDependencies,
  { collection, origin }: { collection: string; origin: Origin },
  given: Field,
): Promise<CollectionDefinition> {
  const faults = checkFields([given], () => '');
  if (faults.length > 0) throw invalidInput(faults);
  const field = toFieldDefinition(given);
  return changeDefinition(deps, { name: 'data.addField', collection, origin }, async (tx) => {
    const definition = await findForChange(tx, collection);
    if (!definition) throw collectionNotFound();
    if (findField(definition, field.name)) throw fieldExists(field.name);
    if (definition.fields.length >= MAX_FIELDS) throw tooManyFields(MAX_FIELDS);
    const missing = await checkTargets(tx, [field], () => '');
    if (missing.length > 0) throw invalidInput(missing);
    await refuseWhatWouldTakeLong(tx, collection, field);
    await insertField(tx, definition.id, field);
    await growVersion(tx, definition.id);
    await tx.define(`data.addColumn(${collection})`, addFieldText(collection, field));
    return { ...definition, version: definition.version + 1, fields: [...definition.fields, field] };
  });
}

async function refuseWhatWouldTakeLong(tx: Transaction, collection: string, field: FieldDefinition): Promise<void> {
  if (field.required) {
    // Taken before the look, or a record could come between the two.
    await tx.define(`data.lockTable(${collection})`, `lock table ${tableOf(collection)} in access exclusive mode`);
    if (await hasRecords(tx, collection)) throw collectionNotEmpty();
  }
  if (field.indexed && (await sizeOfTable(tx, collection)) > MAX_INDEXING_BYTES) throw collectionTooLarge();
}
