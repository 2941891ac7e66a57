// The users' data: records in collections; for operators, the collections themselves.
import type { Collection, Field, FieldType, NewCollection, OwnedRecord, RecordValues } from '../data/schema.ts';
import type { Page, PageRequest } from './page.ts';
import type { QueryValue, Transport } from './transport.ts';

export type { Collection, Field, FieldType, OwnedRecord, RecordValues };

/** A record with the values of its collection's fields. Times are ISO 8601 text, references the id of a record. */
export type StoredRecord<Values extends RecordValues = RecordValues> = Values & {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export interface ListRecords extends PageRequest {
  /** `created` or an indexed field; `-` before it for descending. `-created` when left out. */
  readonly sort?: string | undefined;
  /** Equality on indexed fields. */
  readonly where?: Readonly<Record<string, QueryValue>> | undefined;
}

const base = '/v1/data';

/** The data part of the client. */
export function createDataClient(transport: Transport) {
  return {
    /** The caller's own records in one collection. */
    records: <Values extends RecordValues = RecordValues>(collection: string) =>
      createRecordCalls<Values>(transport, collection),
    operator: createCollectionCalls(transport),
  };
}

function createRecordCalls<Values extends RecordValues>(transport: Transport, collection: string) {
  type Stored = StoredRecord<Values>;
  const all = `${base}/records/${encodeURIComponent(collection)}`;
  const one = (id: string) => `${all}/${encodeURIComponent(id)}`;
  const unwrap = (answer: { record: Stored }) => answer.record;

  async function list(request: ListRecords = {}, signal?: AbortSignal): Promise<Page<Stored>> {
    const { where, ...rest } = request;
    const conditions = Object.entries(where ?? {}).map(([field, value]) => [`where.${field}`, value] as const);
    const answer = await transport.send<{ records: Stored[]; nextCursor: string | null }>('GET', all, {
      query: { ...rest, ...Object.fromEntries(conditions) },
      signal,
    });
    return { items: answer.records, nextCursor: answer.nextCursor };
  }

  return {
    create: (values: Values) => transport.send<{ record: Stored }>('POST', all, { body: values }).then(unwrap),
    get: (id: string, signal?: AbortSignal) =>
      transport.send<{ record: Stored }>('GET', one(id), { signal }).then(unwrap),
    list,
    /** Every record, page after page. */
    async *each(request: ListRecords = {}, signal?: AbortSignal): AsyncGenerator<Stored> {
      let cursor: string | undefined = request.cursor;
      do {
        const page: Page<Stored> = await list({ ...request, cursor }, signal);
        yield* page.items;
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
    },
    update: (id: string, values: Partial<Values>) =>
      transport.send<{ record: Stored }>('PATCH', one(id), { body: values }).then(unwrap),
    delete: (id: string) => transport.send<void>('DELETE', one(id)),
  };
}

/** What only operators may call. */
function createCollectionCalls(transport: Transport) {
  const { send } = transport;
  const one = (name: string) => `${base}/collections/${encodeURIComponent(name)}`;
  const unwrap = (answer: { collection: Collection }) => answer.collection;
  return {
    async listCollections(signal?: AbortSignal): Promise<readonly Collection[]> {
      return (await send<{ collections: Collection[] }>('GET', `${base}/collections`, { signal })).collections;
    },
    createCollection: (input: NewCollection) =>
      send<{ collection: Collection }>('POST', `${base}/collections`, { body: input }).then(unwrap),
    getCollection: (name: string, signal?: AbortSignal) =>
      send<{ collection: Collection }>('GET', one(name), { signal }).then(unwrap),
    addField: (name: string, field: Field) =>
      send<{ collection: Collection }>('POST', `${one(name)}/fields`, { body: field }).then(unwrap),
    /** Deletes the collection with all its records, of all owners. */
    deleteCollection: (name: string) => send<void>('DELETE', one(name)),
    /** The records of all owners. */
    async listRecords(
      name: string,
      request: PageRequest & { readonly ownerId?: string | undefined },
      signal?: AbortSignal,
    ): Promise<Page<OwnedRecord>> {
      const answer = await send<{ records: OwnedRecord[]; nextCursor: string | null }>('GET', `${one(name)}/records`, {
        query: { ...request },
        signal,
      });
      return { items: answer.records, nextCursor: answer.nextCursor };
    },
  };
}
