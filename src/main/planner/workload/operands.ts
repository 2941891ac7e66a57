/** What stands on a side of a comparison: a column, an expression of one table's columns, or a value that no row changes. */

import type { Node } from '@pgsql/types';
import { bareParameter, withoutCasts } from './parameters.ts';
import type { SchemaIndex } from './schema-index.ts';
import { columnsOf, columnsWithin, type PlaceColumn, type Scope } from './scope.ts';
import { everyNode, lastName, partOf, writeExpression } from './sql-tree.ts';
import type { ColumnUse } from './workload.ts';

export type Operand =
  | { kind: 'column'; columns: readonly PlaceColumn[]; expression?: string }
  | { kind: 'value'; node: Node; use: Pick<ColumnUse, 'constant' | 'parameter'> }
  /** Columns of several tables, or a subquery's. */
  | { kind: 'other' };

export function operandOf(node: Node | undefined, scope: Scope, schema: SchemaIndex): Operand {
  if (!node) return { kind: 'other' };
  const column = columnsOf(withoutEmptyCast(node, scope, schema), scope);
  if (column.length > 0) return { kind: 'column', columns: column };
  if ([...everyNode(node)].some((one) => partOf(one, 'SubLink'))) {
    return columnsWithin(node, scope).length === 0 ? { kind: 'value', node, use: {} } : { kind: 'other' };
  }
  const within = columnsWithin(node, scope);
  const [first] = within;
  if (!first) return hasColumn(node) ? { kind: 'other' } : { kind: 'value', node, use: valueUseOf(node) };
  if (within.some(({ place }) => place !== first.place)) return { kind: 'other' };
  return { kind: 'column', columns: [first], expression: writeExpression(node) };
}

function hasColumn(node: Node): boolean {
  return [...everyNode(node)].some((one) => partOf(one, 'ColumnRef'));
}

function valueUseOf(node: Node): Pick<ColumnUse, 'constant' | 'parameter'> {
  const parameter = bareParameter(node);
  if (parameter !== undefined) return { parameter };
  return partOf(withoutCasts(node), 'A_Const') ? { constant: writeExpression(node) } : {};
}

const SAME_STORED = [
  ['text', 'varchar', 'character varying'],
  ['int4', 'integer', 'int'],
  ['int8', 'bigint'],
  ['int2', 'smallint'],
  ['bool', 'boolean'],
  ['timestamptz', 'timestamp with time zone'],
  ['timestamp', 'timestamp without time zone'],
  ['float8', 'double precision'],
];

/** A cast to what the column is already hides no index. */
function withoutEmptyCast(node: Node, scope: Scope, schema: SchemaIndex): Node {
  const cast = partOf(node, 'TypeCast');
  if (!cast?.arg || (cast.typeName?.arrayBounds?.length ?? 0) > 0) return node;
  const [only] = columnsOf(cast.arg, scope);
  if (!only) return node;
  const { schema: owner, table } = only.place.use;
  const stored = schema.column({ schema: owner, table }, only.column)?.type.replace(/\(.*\)/, '');
  const asked = lastName(cast.typeName?.names);
  const isSame = stored === asked || SAME_STORED.some((same) => same.includes(stored ?? '') && same.includes(asked));
  return isSame ? cast.arg : node;
}
