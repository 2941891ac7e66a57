/** The shapes that data's requests and answers have, and the types that follow from them. */

import { type Static, Type } from 'typebox';

/** Collections and fields are named alike: short, lower case, ready to stand in a URL and in SQL. */
export const NAME_PATTERN = '^[a-z][a-z0-9_]{0,47}$';
export const MAX_FIELDS = 100;
const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;
/** Room for the longest value that a list can be sorted by. */
const MAX_CURSOR_LENGTH = 12_000;

const Name = Type.String({ pattern: NAME_PATTERN, description: 'Lower-case letters, digits and underscores.' });
const Time = Type.String({ format: 'date-time' });
const Id = Type.String({ format: 'uuid' });

export const fieldTypes = ['text', 'number', 'boolean', 'timestamp', 'json', 'reference'] as const;
export type FieldType = (typeof fieldTypes)[number];

export const Field = Type.Object(
  {
    name: Name,
    type: Type.Unsafe<FieldType>({ type: 'string', enum: [...fieldTypes] }),
    required: Type.Optional(Type.Boolean({ description: 'A record must have a value here. False when left out.' })),
    indexed: Type.Optional(
      Type.Boolean({ description: 'Records can be sorted and filtered by it. Always true of a reference.' }),
    ),
    target: Type.Optional(
      Type.String({ pattern: NAME_PATTERN, description: 'The collection that a reference is to.' }),
    ),
  },
  { additionalProperties: false },
);
export type Field = Static<typeof Field>;

export const NewCollection = Type.Object(
  { name: Name, fields: Type.Array(Field, { maxItems: MAX_FIELDS }) },
  { additionalProperties: false },
);
export type NewCollection = Static<typeof NewCollection>;

export const Collection = Type.Object({
  name: Name,
  fields: Type.Array(Field),
  createdAt: Time,
  approximateCount: Type.Integer({ description: 'Exact for a small collection, an estimate for a large one.' }),
});
export type Collection = Static<typeof Collection>;

export const CollectionAnswer = Type.Object({ collection: Collection });
export const CollectionsAnswer = Type.Object({ collections: Type.Array(Collection) });

/** A record: these members, and one for each field of its collection, null where it has no value. */
export type DataRecord = { id: string; createdAt: string; updatedAt: string } & Record<string, unknown>;
export type OwnedRecord = DataRecord & { ownerId: string };

const recordMembers = { id: Id, createdAt: Time, updatedAt: Time };
export const DataRecord = Type.Unsafe<DataRecord>(
  Type.Object(recordMembers, { additionalProperties: true, description: 'With one member for each field.' }),
);
export const OwnedRecord = Type.Unsafe<OwnedRecord>(
  Type.Object({ ...recordMembers, ownerId: Id }, { additionalProperties: true }),
);

/** What a record is made of or changed to; its members are checked against the collection, not here. */
export const RecordValues = Type.Unsafe<Record<string, unknown>>(
  Type.Object({}, { additionalProperties: true, description: 'One member for each field that is given a value.' }),
);
export type RecordValues = Static<typeof RecordValues>;

const nextCursor = Type.Union([Type.String(), Type.Null()], {
  description: 'Ask for the next page with it; null on the last page.',
});

export const RecordAnswer = Type.Object({ record: DataRecord });
export const RecordPage = Type.Object({ records: Type.Array(DataRecord), nextCursor });
export type RecordPage = Static<typeof RecordPage>;
export const OwnedRecordPage = Type.Object({ records: Type.Array(OwnedRecord), nextCursor });
export type OwnedRecordPage = Static<typeof OwnedRecordPage>;

const page = {
  limit: Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE }),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_CURSOR_LENGTH })),
};

export const RecordsQuery = Type.Object(
  {
    ...page,
    sort: Type.Optional(
      Type.String({
        pattern: '^-?[a-z][a-z0-9_]{0,47}$',
        description: '`created` or an indexed field, with `-` before it for descending order.',
      }),
    ),
  },
  {
    // `where.<field>=value`: the names are a collection's own, so they cannot be listed here.
    patternProperties: { '^where\\.[a-z][a-z0-9_]{0,47}$': { type: 'string' } },
    additionalProperties: false,
  },
);
export type RecordsQuery = Static<typeof RecordsQuery>;

export const OwnedRecordsQuery = Type.Object(
  { ...page, ownerId: Type.Optional(Type.String({ format: 'uuid' })) },
  { additionalProperties: false },
);
export type OwnedRecordsQuery = Static<typeof OwnedRecordsQuery>;

export const CollectionParams = Type.Object({ collection: Type.String() });
export const RecordParams = Type.Object({ collection: Type.String(), id: Type.String() });

export const listCollections = { summary: 'List the collections', response: { 200: CollectionsAnswer } } as const;

export const createCollection = {
  summary: 'Create a collection',
  body: NewCollection,
  response: { 201: CollectionAnswer },
  errors: ['collection_exists', 'lock_unavailable'],
} as const;

export const getCollection = {
  summary: 'Get a collection',
  params: CollectionParams,
  response: { 200: CollectionAnswer },
  errors: ['collection_not_found'],
} as const;

export const deleteCollection = {
  summary: 'Delete a collection with all its records',
  params: CollectionParams,
  response: { 204: null },
  errors: ['collection_not_found', 'collection_referenced', 'lock_unavailable'],
} as const;

export const addField = {
  summary: 'Add a field to a collection',
  params: CollectionParams,
  body: Field,
  response: { 201: CollectionAnswer },
  errors: [
    ...['collection_not_found', 'field_exists', 'too_many_fields', 'collection_not_empty', 'collection_too_large'],
    'lock_unavailable',
  ],
} as const;

export const listRecordsOfOwners = {
  summary: 'List the records of all owners, one owner after the other, or of one; newest first',
  params: CollectionParams,
  query: OwnedRecordsQuery,
  response: { 200: OwnedRecordPage },
  errors: ['collection_not_found', 'invalid_cursor'],
} as const;

export const createRecord = {
  summary: 'Create a record',
  params: CollectionParams,
  body: RecordValues,
  response: { 201: RecordAnswer },
  errors: ['collection_not_found'],
} as const;

export const listRecords = {
  summary: 'List your records',
  description: 'Filter with `where.<field>=value` by one indexed field, sorted by `created` or by that field.',
  params: CollectionParams,
  query: RecordsQuery,
  response: { 200: RecordPage },
  errors: ['collection_not_found', 'field_not_indexed', 'combination_not_served', 'invalid_cursor'],
} as const;

export const getRecord = {
  summary: 'Get a record of yours',
  params: RecordParams,
  response: { 200: RecordAnswer },
  errors: ['collection_not_found', 'record_not_found'],
} as const;

export const changeRecord = {
  summary: 'Change a record of yours: the fields given, and no others',
  params: RecordParams,
  body: RecordValues,
  response: { 200: RecordAnswer },
  errors: ['collection_not_found', 'record_not_found'],
} as const;

export const deleteRecord = {
  summary: 'Delete a record of yours',
  params: RecordParams,
  response: { 204: null },
  errors: ['collection_not_found', 'record_not_found', 'record_referenced'],
} as const;
