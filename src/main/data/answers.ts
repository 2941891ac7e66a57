/** From what a request brings to what the use cases take, and from what they give to the answer's shape. */

import type { Caller, RequestContext, RouteInput, RouteSchema } from '../http/index.ts';
import * as collections from './collections.ts';
import { addField } from './fields.ts';
import * as records from './records.ts';
import type * as schema from './schema.ts';

type Input<S extends RouteSchema> = RouteInput<S, 'user' | 'operator'>;

export function createCollectionAnswers(deps: collections.CollectionDependencies) {
  return {
    list: async ({ context }: Input<typeof schema.listCollections>) => ({
      collections: await collections.listCollections(deps, context),
    }),
    create: async ({ body, context }: Input<typeof schema.createCollection>) => ({
      collection: await collections.createCollection(deps, body, context),
    }),
    get: async ({ params, context }: Input<typeof schema.getCollection>) => ({
      collection: await collections.getCollection(deps, params.collection, context),
    }),
    delete: async ({ params, context }: Input<typeof schema.deleteCollection>) => {
      await collections.deleteCollection(deps, params.collection, context);
      return undefined;
    },
    addField: async ({ params, body, context }: Input<typeof schema.addField>) => {
      const definition = await addField(deps, { collection: params.collection, origin: context }, body);
      return { collection: await collections.describe(deps, definition, context) };
    },
    listRecords: ({ params, query, context }: Input<typeof schema.listRecordsOfOwners>) =>
      records.listRecordsOfOwners(deps, { collection: params.collection, origin: context }, query),
  };
}

export function createRecordAnswers(deps: records.RecordDependencies) {
  return {
    create: async (input: Input<typeof schema.createRecord>) => ({
      record: await records.createRecord(deps, scopeOf(input), input.body),
    }),
    list: (input: Input<typeof schema.listRecords>) => records.listRecords(deps, scopeOf(input), input.query),
    get: async (input: Input<typeof schema.getRecord>) => ({
      record: await records.getRecord(deps, scopeOf(input), input.params.id),
    }),
    change: async (input: Input<typeof schema.changeRecord>) => ({
      record: await records.changeRecord(deps, scopeOf(input), { id: input.params.id, changes: input.body }),
    }),
    delete: async (input: Input<typeof schema.deleteRecord>) => {
      await records.deleteRecord(deps, scopeOf(input), input.params.id);
      return undefined;
    },
  };
}

/** Whose the records are is never asked of the request, only of its session. */
function scopeOf(input: { params: { collection: string }; caller: Caller; context: RequestContext }) {
  return { collection: input.params.collection, ownerId: input.caller.userId, origin: input.context };
}
