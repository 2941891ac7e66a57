/** Our advice as definitions, so that its cost is counted by the same book as everyone's. */

import type { AdviceReport } from '../../../main/planner/index-advice/schema.ts';
import type { IndexDefinition } from '../../../main/planner/twin/twin.ts';

export function definitionsOf({ create }: Pick<AdviceReport, 'create'>): IndexDefinition[] {
  return create.map(({ index }) => ({
    schema: index.schema,
    table: index.table,
    method: index.method as IndexDefinition['method'],
    keys: index.keys.map((key) => ({
      ...(key.column === null ? {} : { column: key.column }),
      ...(key.expression === null ? {} : { expression: key.expression }),
      ...(key.operatorClass === null ? {} : { operatorClass: key.operatorClass }),
      isDescending: key.isDescending,
      nullsFirst: key.nullsFirst,
    })),
    ...(index.include.length > 0 ? { include: index.include } : {}),
    ...(index.predicate === null ? {} : { predicate: index.predicate }),
  }));
}
