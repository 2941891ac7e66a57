/** From a row to what a caller sees, field by field: what is not listed here never leaves. */

import type { CollectionDefinition } from './definition.ts';
import type { RecordRow } from './record-statements.ts';
import type { DataRecord, OwnedRecord } from './schema.ts';

export function toRecord(definition: CollectionDefinition, row: RecordRow): DataRecord {
  const record: DataRecord = {
    id: row.id,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
  for (const { name } of definition.fields) {
    const value = row[name];
    record[name] = value instanceof Date ? value.toISOString() : value;
  }
  return record;
}

export function toOwnedRecord(definition: CollectionDefinition, row: RecordRow): OwnedRecord {
  return { ...toRecord(definition, row), ownerId: String(row.owner_id) };
}
