/**
 * Every statement that a collection's API can lead to, before anyone has asked for it: the one record, and each order and filter
 * of its lists. What is asked for is reviewed by the planner, and so is what could be.
 */

import type { Database } from '../database/index.ts';
import type { CollectionDefinition } from './definition.ts';
import { listDefinitions, toDefinition } from './queries.ts';
import { createRecordStatements, type ListShape } from './record-statements.ts';

export interface CollectionStatement {
  readonly name: string;
  readonly text: string;
  /** What leads to it: method, path, and what of the query matters. */
  readonly route: string;
}

export async function readCollectionStatements(database: Database): Promise<CollectionStatement[]> {
  const rows = await database.query(listDefinitions, []);
  return rows.flatMap((row) => listCollectionStatements(toDefinition(row)));
}

export function listCollectionStatements(definition: CollectionDefinition): CollectionStatement[] {
  const statements = createRecordStatements(definition);
  const records = `/v1/data/records/${definition.name}`;
  const collection = `/v1/data/collections/${definition.name}`;
  const one = `${records}/{id}`;
  return [
    { ...pick(statements.insert), route: `POST ${records}` },
    { ...pick(statements.find), route: `GET ${one}` },
    { ...pick(statements.update), route: `PATCH ${one}` },
    { ...pick(statements.remove), route: `DELETE ${one}` },
    { ...pick(statements.list({ by: 'any_owner' })), route: `GET ${collection}/records` },
    { ...pick(statements.list({ by: 'one_owner' })), route: `GET ${collection}/records?ownerId=…` },
    ...listShapes(definition).map(({ query, shape }) => ({
      ...pick(statements.list(shape)),
      route: `GET ${records}${query}`,
    })),
  ];
}

function pick({ name, text }: { name: string; text: string }): { name: string; text: string } {
  return { name, text };
}

/** The same choices that `record-lists.ts` makes from a request. */
function listShapes({ fields }: CollectionDefinition): { shape: ListShape; query: string }[] {
  const indexed = fields.filter(({ indexed: isIndexed }) => isIndexed);
  return [true, false].flatMap((isDescending) => {
    const sign = isDescending ? '-' : '';
    const byId = { by: 'id', isDescending } as const;
    return [
      { shape: byId, query: `?sort=${sign}created` },
      ...indexed.flatMap((field) => [
        { shape: { ...byId, where: field }, query: `?where.${field.name}=…&sort=${sign}created` },
        {
          shape: { by: 'value', isDescending, field, isContinued: false } as const,
          query: `?sort=${sign}${field.name}`,
        },
        {
          shape: { by: 'value', isDescending, field, isContinued: true } as const,
          query: `?sort=${sign}${field.name}&cursor=…`,
        },
        ...(field.required
          ? []
          : [
              {
                shape: { by: 'null', isDescending, field } as const,
                query: `?sort=${sign}${field.name}, those without`,
              },
            ]),
      ]),
    ];
  });
}
