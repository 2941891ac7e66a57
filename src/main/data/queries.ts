/** The SQL on what describes collections. The SQL on their records follows their fields: `record-statements.ts`. */

import { generatedStatement, statement, type Transaction } from '../database/index.ts';
import { type CollectionDefinition, type FieldDefinition, tableOf } from './definition.ts';

interface DefinitionRow {
  id: string;
  name: string;
  version: number;
  created_at: Date;
  fields: FieldDefinition[];
}

const SELECT_DEFINITION = `
  select
    collection.id,
    collection.name,
    collection.version,
    collection.created_at,
    coalesce(
      (
        select json_agg(
          json_build_object(
            'name', field.name,
            'type', field.type,
            'required', field.required,
            'indexed', field.indexed,
            'target', target.name
          )
          order by field.position
        )
        from aquifer_data._fields as field
        left join aquifer_data._collections as target on target.id = field.target_id
        where field.collection_id = collection.id
      ),
      '[]'
    ) as fields
  from aquifer_data._collections as collection`;

/** Every request for a record hangs on this one. It is small and asked once for all, so it cannot crowd its lane. */
export const findDefinition = statement<[name: string], DefinitionRow>({
  name: 'data.findDefinition',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `${SELECT_DEFINITION}
  where collection.name = $1`,
});

export const listDefinitions = statement<[], DefinitionRow>({
  name: 'data.listDefinitions',
  lane: 'bulk',
  deadlineMs: 5_000,
  text: `${SELECT_DEFINITION}
  order by collection.name`,
  unindexedBecause: 'it lists the whole of a short table',
});

export const countCollections = statement<[], { count: number }>({
  name: 'data.countCollections',
  lane: 'background',
  deadlineMs: 2_000,
  text: `
  select count(*)::integer as count
  from aquifer_data._collections`,
  unindexedBecause: 'it counts the whole of a short table',
});

/** What the planner believes of tables; `rows` is -1 where it has never looked. */
export const estimateRows = statement<[names: string[]], { name: string; rows: number }>({
  name: 'data.estimateRows',
  lane: 'bulk',
  deadlineMs: 2_000,
  text: `
  select
    class.relname as name,
    case
      when class.relpages > 0
        then class.reltuples * coalesce(pg_relation_size(class.oid), 0)
          / (class.relpages * current_setting('block_size')::double precision)
      else class.reltuples
    end::double precision as rows
  from pg_class as class
  where class.relnamespace = 'aquifer_data'::regnamespace
    and class.relname = any ($1::text[])`,
});

/** Counts up to `limit` records and no further. */
export function countRecords(collection: string) {
  return generatedStatement<[limit: number], { count: number }>({
    name: `data.countRecords(${collection})`,
    lane: 'bulk',
    deadlineMs: 2_000,
    text: `
  select count(*)::integer as count
  from (
    select 1
    from ${tableOf(collection)}
    limit $1::integer
  ) as counted`,
    unindexedBecause: 'it counts a bounded number of rows, whichever come first',
  });
}

const insertCollectionRow = statement<[id: string, name: string], { created_at: Date }>({
  name: 'data.insertCollection',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
  insert into aquifer_data._collections (id, name)
  values ($1, $2)
  on conflict (name) do nothing
  returning created_at`,
});

const insertFieldRow = statement<
  [collectionId: string, name: string, type: string, required: boolean, indexed: boolean, target: string | null]
>({
  name: 'data.insertField',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
  insert into aquifer_data._fields (collection_id, position, name, type, required, indexed, target_id)
  values (
    $1,
    (select coalesce(max(position), 0) + 1 from aquifer_data._fields where collection_id = $1),
    $2, $3, $4, $5,
    (select id from aquifer_data._collections where name = $6)
  )`,
});

const growVersionRow = statement<[collectionId: string]>({
  name: 'data.growVersion',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
  update aquifer_data._collections
  set version = version + 1
  where id = $1`,
});

const deleteFieldRows = statement<[collectionId: string]>({
  name: 'data.deleteFields',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
  delete from aquifer_data._fields
  where collection_id = $1`,
});

const deleteCollectionRow = statement<[collectionId: string]>({
  name: 'data.deleteCollection',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
  delete from aquifer_data._collections
  where id = $1`,
});

const listReferring = statement<[collectionId: string], { name: string }>({
  name: 'data.listReferring',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
  select distinct collection.name
  from aquifer_data._fields as field
  join aquifer_data._collections as collection on collection.id = field.collection_id
  where field.target_id = $1
    and field.collection_id <> $1
  order by collection.name`,
});

const listNames = statement<[names: string[]], { name: string }>({
  name: 'data.listExistingNames',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
  select name
  from aquifer_data._collections
  where name = any ($1::text[])`,
});

const findForChangeRow = statement<[name: string], DefinitionRow>({
  name: 'data.findDefinitionForChange',
  lane: 'background',
  deadlineMs: 5_000,
  text: `${SELECT_DEFINITION}
  where collection.name = $1`,
});

export function toDefinition({ id, name, version, created_at, fields }: DefinitionRow): CollectionDefinition {
  return { id, name, version, createdAt: created_at, fields };
}

export async function findForChange(tx: Transaction, name: string): Promise<CollectionDefinition | null> {
  const [row] = await tx.query(findForChangeRow, [name]);
  return row ? toDefinition(row) : null;
}

/** The moment of its making, or null where the name is taken. */
export async function insertCollection(tx: Transaction, id: string, name: string): Promise<Date | null> {
  const [row] = await tx.query(insertCollectionRow, [id, name]);
  return row?.created_at ?? null;
}

export async function insertField(tx: Transaction, collectionId: string, field: FieldDefinition): Promise<void> {
  const { name, type, required, indexed, target } = field;
  await tx.execute(insertFieldRow, [collectionId, name, type, required, indexed, target]);
}

export async function growVersion(tx: Transaction, collectionId: string): Promise<void> {
  await tx.execute(growVersionRow, [collectionId]);
}

/** The fields go first: a collection may refer to itself. */
export async function deleteDefinition(tx: Transaction, collectionId: string): Promise<void> {
  await tx.execute(deleteFieldRows, [collectionId]);
  await tx.execute(deleteCollectionRow, [collectionId]);
}

/** The names of other collections that refer to this one. */
export async function listReferringNames(tx: Transaction, collectionId: string): Promise<string[]> {
  return (await tx.query(listReferring, [collectionId])).map(({ name }) => name);
}

export async function listExistingNames(tx: Transaction, names: string[]): Promise<Set<string>> {
  return new Set((await tx.query(listNames, [names])).map(({ name }) => name));
}

/** Within the change that depends on it. */
export async function hasRecords(tx: Transaction, collection: string): Promise<boolean> {
  const [row] = await tx.query(
    generatedStatement<[], { found: boolean }>({
      name: `data.hasRecords(${collection})`,
      lane: 'background',
      deadlineMs: 5_000,
      text: `
  select exists (
    select 1
    from ${tableOf(collection)}
  ) as found`,
      unindexedBecause: 'it looks at one row, whichever comes first',
    }),
    [],
  );
  return row?.found ?? false;
}

const tableSize = statement<[table: string], { bytes: number }>({
  name: 'data.findTableSize',
  lane: 'background',
  deadlineMs: 2_000,
  text: `
  select pg_relation_size($1::regclass)::double precision as bytes`,
  unindexedBecause: 'it reads no table',
});

export async function sizeOfTable(tx: Transaction, collection: string): Promise<number> {
  const [row] = await tx.query(tableSize, [tableOf(collection)]);
  return row?.bytes ?? 0;
}
