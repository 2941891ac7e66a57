/** Data's endpoints: a table of contents. */

import { type Route, route } from '../http/index.ts';
import { createCollectionAnswers, createRecordAnswers } from './answers.ts';
import type { CollectionDependencies } from './collections.ts';
import * as schema from './schema.ts';

const COLLECTIONS = '/v1/data/collections';
const COLLECTION = `${COLLECTIONS}/:collection`;
const RECORDS = '/v1/data/records/:collection';
const RECORD = `${RECORDS}/:id`;

const op = { access: 'operator' } as const;
/** A change of tables waits for those who use them. */
const change = { ...op, deadlineMs: 25_000 } as const;
const user = { access: 'user' } as const;

export function createRoutes(deps: CollectionDependencies): Route[] {
  const collections = createCollectionAnswers(deps);
  const records = createRecordAnswers(deps);
  return [
    route('GET', COLLECTIONS, { ...op, schema: schema.listCollections }, collections.list),
    route('POST', COLLECTIONS, { ...change, schema: schema.createCollection }, collections.create),
    route('GET', COLLECTION, { ...op, schema: schema.getCollection }, collections.get),
    route('DELETE', COLLECTION, { ...change, schema: schema.deleteCollection }, collections.delete),
    route('POST', `${COLLECTION}/fields`, { ...change, schema: schema.addField }, collections.addField),
    route('GET', `${COLLECTION}/records`, { ...op, schema: schema.listRecordsOfOwners }, collections.listRecords),

    route('POST', RECORDS, { ...user, schema: schema.createRecord }, records.create),
    route('GET', RECORDS, { ...user, schema: schema.listRecords }, records.list),
    route('GET', RECORD, { ...user, schema: schema.getRecord }, records.get),
    route('PATCH', RECORD, { ...user, schema: schema.changeRecord }, records.change),
    route('DELETE', RECORD, { ...user, schema: schema.deleteRecord }, records.delete),
  ];
}
