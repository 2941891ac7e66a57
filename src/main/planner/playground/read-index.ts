/** Reads `create index … on …` as a person writes it, with Postgres' own parser, into the definition that the twin makes. */

import type { IndexElem, IndexStmt, Node } from '@pgsql/types';
import { messageOf } from '../../foundation/errors.ts';
import { indexNotUnderstood } from '../errors.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { IndexDefinition, IndexKey } from '../twin/twin.ts';
import { loadParser, parseStatement, partOf, writeExpression } from '../workload/sql-tree.ts';

const METHODS = ['btree', 'gin', 'gist', 'brin', 'hash'] as const;

/** @throws AppError index_not_understood */
export async function readIndex(text: string, snapshot: Snapshot): Promise<IndexDefinition> {
  await loadParser();
  const statement = partOf(parse(text), 'IndexStmt');
  const table = statement?.relation?.relname;
  if (!statement || table === undefined) throw indexNotUnderstood('It has to be create index … on … (…).');
  const method = METHODS.find((one) => one === (statement.accessMethod ?? 'btree'));
  if (!method) throw indexNotUnderstood(`An index of the kind ${statement.accessMethod} is not made in the twin.`);
  const schema = statement.relation?.schemaname ?? findSchema(table, snapshot);
  return {
    ...{ schema, table, method, keys: keysOf(statement) },
    ...(statement.indexIncludingParams && { include: statement.indexIncludingParams.map(includedOf) }),
    ...(statement.whereClause && { predicate: writeExpression(statement.whereClause) }),
    ...(statement.unique && { isUnique: true }),
  };
}

function parse(text: string): Node {
  try {
    return parseStatement(text);
  } catch (error) {
    throw indexNotUnderstood(messageOf(error));
  }
}

/** As the search path finds it. @throws AppError index_not_understood */
function findSchema(table: string, { relations, searchPath }: Snapshot): string {
  const having = relations.filter(({ name }) => name === table).map(({ schema }) => schema);
  const found = searchPath.find((schema) => having.includes(schema)) ?? (having.length === 1 ? having[0] : undefined);
  if (found === undefined) {
    throw indexNotUnderstood(
      having.length === 0
        ? `There is no table ${table}.`
        : `There are several tables ${table}: write its schema before it.`,
    );
  }
  return found;
}

function keysOf({ indexParams = [] }: IndexStmt): IndexKey[] {
  return indexParams.map((node) => {
    const element = partOf(node, 'IndexElem');
    if (!element) throw indexNotUnderstood('One of its columns is not understood.');
    return { ...whatOf(element), ...orderOf(element) };
  });
}

function whatOf({ expr, name, opclass }: IndexElem): IndexKey {
  const operatorClass = opclass?.map((part) => partOf(part, 'String')?.sval ?? '').join('.');
  return {
    ...(name === undefined ? { expression: expr ? writeExpression(expr) : '' } : { column: name }),
    ...(operatorClass && { operatorClass }),
  };
}

function orderOf({ nulls_ordering, ordering }: IndexElem): Pick<IndexKey, 'isDescending' | 'nullsFirst'> {
  const isDescending = ordering === 'SORTBY_DESC';
  const isSaid = nulls_ordering !== undefined && nulls_ordering !== 'SORTBY_NULLS_DEFAULT';
  const nullsFirst = isSaid ? nulls_ordering === 'SORTBY_NULLS_FIRST' : isDescending;
  return { ...(isDescending && { isDescending }), ...(nullsFirst !== isDescending || isSaid ? { nullsFirst } : {}) };
}

function includedOf(node: Node): string {
  const name = partOf(node, 'IndexElem')?.name;
  if (name === undefined) throw indexNotUnderstood('Only columns can be included.');
  return name;
}
