/** The endpoints of data, one entry each. */

import { type Caller, type RequestContext, type Route, route } from '../http/index.ts';
import {
  type CollectionDependencies,
  createCollection,
  deleteCollection,
  describe,
  getCollection,
  listCollections,
} from './collections.ts';
import { addField } from './fields.ts';
import {
  changeRecord,
  createRecord,
  deleteRecord,
  getRecord,
  listRecords,
  listRecordsOfOwners,
  type RecordScope,
} from './records.ts';
import * as schema from './schema.ts';

const COLLECTIONS = '/v1/data/collections';
const COLLECTION = `${COLLECTIONS}/:collection`;
const RECORDS = '/v1/data/records/:collection';
const RECORD = `${RECORDS}/:id`;

/** A change of tables waits for those who use them. */
const CHANGE_DEADLINE_MS = 25_000;

export function createRoutes(deps: CollectionDependencies): Route[] {
  return [...collectionRoutes(deps), ...recordRoutes(deps)];
}

function collectionRoutes(deps: CollectionDependencies): Route[] {
  const access = 'operator';
  const deadlineMs = CHANGE_DEADLINE_MS;
  return [
    route('GET', COLLECTIONS, { access, schema: schema.listCollections }, async ({ context }) => ({
      collections: await listCollections(deps, context),
    })),
    route('POST', COLLECTIONS, { access, deadlineMs, schema: schema.createCollection }, async ({ body, context }) => ({
      collection: await createCollection(deps, body, context),
    })),
    route('GET', COLLECTION, { access, schema: schema.getCollection }, async ({ params, context }) => ({
      collection: await getCollection(deps, params.collection, context),
    })),
    route(
      'DELETE',
      COLLECTION,
      { access, deadlineMs, schema: schema.deleteCollection },
      async ({ params, context }) => {
        await deleteCollection(deps, params.collection, context);
        return undefined;
      },
    ),
    route('POST', `${COLLECTION}/fields`, { access, deadlineMs, schema: schema.addField }, async (input) => {
      const { params, body, context } = input;
      const definition = await addField(deps, { collection: params.collection, origin: context }, body);
      return { collection: await describe(deps, definition, context) };
    }),
    route(
      'GET',
      `${COLLECTION}/records`,
      { access, schema: schema.listRecordsOfOwners },
      async ({ params, query, context }) =>
        listRecordsOfOwners(deps, { collection: params.collection, origin: context }, query),
    ),
  ];
}

function recordRoutes(deps: CollectionDependencies): Route[] {
  const access = 'user';
  return [
    route('POST', RECORDS, { access, schema: schema.createRecord }, async (input) => ({
      record: await createRecord(deps, scopeOf(input), input.body),
    })),
    route('GET', RECORDS, { access, schema: schema.listRecords }, async (input) =>
      listRecords(deps, scopeOf(input), input.query),
    ),
    route('GET', RECORD, { access, schema: schema.getRecord }, async (input) => ({
      record: await getRecord(deps, scopeOf(input), input.params.id),
    })),
    route('PATCH', RECORD, { access, schema: schema.changeRecord }, async (input) => ({
      record: await changeRecord(deps, scopeOf(input), { id: input.params.id, changes: input.body }),
    })),
    route('DELETE', RECORD, { access, schema: schema.deleteRecord }, async (input) => {
      await deleteRecord(deps, scopeOf(input), input.params.id);
      return undefined;
    }),
  ];
}

function scopeOf(input: { params: { collection: string }; caller: Caller; context: RequestContext }): RecordScope {
  return { collection: input.params.collection, ownerId: input.caller.userId, origin: input.context };
}
