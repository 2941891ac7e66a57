/** Data: collections with typed fields, and the records that users keep in them. */

import type { Database, Origin } from '../database/index.ts';
import type { Logger } from '../foundation/logger.ts';
import type { Service } from '../foundation/service.ts';
import type { Route } from '../http/index.ts';
import { CollectionCache } from './collection-cache.ts';
import { type CollectionStatement, readCollectionStatements } from './collection-statements.ts';
import { createOwnRecords, type OwnRecords } from './own-records.ts';
import { countCollections } from './queries.ts';
import { createRoutes } from './routes.ts';

export interface DataOptions {
  database: Database;
  logger: Logger;
  /** How long this process may not see another's change of a collection; two seconds when left out. */
  definitionTtlMs?: number;
}

export interface Data {
  routes: Route[];
  services: Service[];
  countCollections(origin?: Origin): Promise<number>;
  /** All records of one owner: to take away, and to delete. */
  ownRecords: OwnRecords;
  /** Every statement that the collections' API can lead to, for the planner to review. */
  collectionStatements(): Promise<CollectionStatement[]>;
}

export function createData({ database, logger, definitionTtlMs }: DataOptions): Data {
  const cache = new CollectionCache({ database, ...(definitionTtlMs === undefined ? {} : { ttlMs: definitionTtlMs }) });
  return {
    routes: createRoutes({ database, logger, cache }),
    services: [],
    ownRecords: createOwnRecords({ database, cache }),
    collectionStatements: () => readCollectionStatements(database),
    async countCollections(origin) {
      const [row] = await database.query(countCollections, [], origin);
      return row?.count ?? 0;
    },
  };
}
