/** A trial index as SQL, and what it is called. */

import { quoteName } from '../snapshot/quoting.ts';
import type { IndexDefinition, IndexKey } from './twin.ts';

const MAX_NAME_BYTES = 63;
const METHODS = new Set(['btree', 'gin', 'gist', 'brin', 'hash']);

export function indexText(definition: IndexDefinition, name: string, table: { schema: string; name: string }): string {
  const { method, keys, include = [], predicate, isUnique } = definition;
  if (!METHODS.has(method)) throw new TypeError(`there is no index method ${method}`);
  return [
    `create ${isUnique ? 'unique ' : ''}index ${quoteName(name)} on only`,
    `${quoteName(table.schema)}.${quoteName(table.name)} using ${method} (${keys.map(keyText).join(', ')})`,
    ...(include.length > 0 ? [`include (${include.map(quoteName).join(', ')})`] : []),
    ...(predicate ? [`where ${predicate}`] : []),
  ].join(' ');
}

function keyText({ column, expression, operatorClass, isDescending, nullsFirst }: IndexKey): string {
  const parts = [column === undefined ? `(${expression})` : quoteName(column)];
  if (operatorClass) parts.push(operatorClass);
  if (isDescending) parts.push('desc');
  if (nullsFirst !== undefined && nullsFirst !== (isDescending ?? false))
    parts.push(nullsFirst ? 'nulls first' : 'nulls last');
  return parts.join(' ');
}

/** Equal for definitions that make the same index. */
export function definitionKey({
  schema,
  table,
  method,
  keys,
  include = [],
  predicate,
  isUnique,
}: IndexDefinition): string {
  const parts = keys.map(({ column, expression, isDescending = false, nullsFirst = isDescending, operatorClass }) => [
    column ?? null,
    expression ?? null,
    isDescending,
    nullsFirst,
    operatorClass ?? null,
  ]);
  return JSON.stringify([schema, table, method, parts, include, predicate ?? null, isUnique ?? false]);
}

/** As Postgres names an index that was given no name: the table, its columns, `idx`; with a number where that is taken. */
export function indexName({ table, keys }: IndexDefinition, taken: ReadonlySet<string>): string {
  const columns = keys.map(({ column }) => column ?? 'expr').join('_');
  for (let number = 0; ; number++) {
    const end = `_idx${number === 0 ? '' : number}`;
    const name = cut(`${table}_${columns}`, MAX_NAME_BYTES - end.length) + end;
    if (!taken.has(name)) return name;
  }
}

/** To so many bytes, and no character in half. */
function cut(text: string, bytes: number): string {
  let left = text;
  while (Buffer.byteLength(left) > bytes) left = [...left].slice(0, -1).join('');
  return left;
}
