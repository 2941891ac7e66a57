/**
 * Reads what a statement asks of each table: `readShape` is the room's main entry. The tree is Postgres' own; names without a
 * table are resolved by the snapshot's columns, views and CTEs are looked through.
 */

import type { DeleteStmt, InsertStmt, MergeStmt, Node, RangeVar, UpdateStmt } from '@pgsql/types';
import { readCondition, readExpression } from './conditions.ts';
import { createParameterNotes } from './parameters.ts';
import { addPlace, readFrom, readTable } from './read-from.ts';
import { type Output, type QueryReading, readAnyQuery, readTargets, readWith, toSource } from './read-query.ts';
import type { SchemaIndex, TableName } from './schema-index.ts';
import { addOnce, createPlace, createScope, type Place, type Scope, sourceOfPlace } from './scope.ts';
import { namesOf, parseStatement, partOf } from './sql-tree.ts';
import type { StatementShape, TableUse } from './workload.ts';

interface ShapeReading extends QueryReading {
  target: StatementShape['target'];
  writes: StatementShape['kind'] | undefined;
}

/**
 * `loadParser()` has to be through.
 *
 * @throws AppError unreadable_statement where Postgres would not take the text
 */
export function readShape(text: string, schema: SchemaIndex): StatementShape {
  return shapeOfTree(parseStatement(text), schema);
}

export function shapeOfTree(node: Node, schema: SchemaIndex): StatementShape {
  const uses: TableUse[] = [];
  const parameters = createParameterNotes();
  const reading: ShapeReading = {
    ...{ schema, uses, parameters, views: [], target: null, writes: undefined },
    readQuery: (query, scope) => readAnyQuery(query, scope, reading).map((output) => output.columns),
    readDerived: (query, scope) => toSource(readAnyQuery(query, scope, reading)),
    readWriting: (query, scope) => readWriting(query, scope, reading),
  };
  const select = partOf(node, 'SelectStmt');
  const top = unwrap(node);
  readAnyQuery(top, undefined, reading);
  return {
    kind: reading.writes ?? (partOf(top, 'SelectStmt') ? 'select' : 'other'),
    uses,
    parameters: parameters.list(),
    target: reading.target,
    hasLimit: select?.limitCount !== undefined,
    hasOffset: select?.limitOffset !== undefined,
  };
}

/** What is planned of `create table … as` or of a cursor is its query. */
function unwrap(node: Node): Node {
  return partOf(node, 'CreateTableAsStmt')?.query ?? partOf(node, 'DeclareCursorStmt')?.query ?? node;
}

function readWriting(node: Node, outer: Scope, reading: ShapeReading): readonly Output[] {
  const insert = partOf(node, 'InsertStmt');
  if (insert) return readInsert(insert, outer, reading);
  const update = partOf(node, 'UpdateStmt');
  if (update) return readUpdate(update, outer, reading);
  const remove = partOf(node, 'DeleteStmt');
  if (remove) return readDelete(remove, outer, reading);
  const merge = partOf(node, 'MergeStmt');
  return merge ? readMerge(merge, outer, reading) : [];
}

/** The statement's own target wins over one in a WITH, which is read before it. */
function target(kind: StatementShape['kind'], { schema, table }: TableName, reading: ShapeReading): void {
  reading.writes = kind;
  reading.target = { schema: reading.schema.relation({ schema, table })?.schema ?? schema, table };
}

function nameOf(relation: RangeVar | undefined): TableName {
  return { schema: relation?.schemaname ?? null, table: relation?.relname ?? '' };
}

function readInsert(insert: InsertStmt, outer: Scope, reading: ShapeReading): readonly Output[] {
  const scope = createScope(outer);
  readWith(insert, scope, reading);
  const name = nameOf(insert.relation);
  const place = createPlace(reading.schema, name, insert.relation?.alias?.aliasname ?? name.table);
  const named = (insert.cols ?? []).flatMap((column) => partOf(column, 'ResTarget')?.name ?? []);
  const columns = named.length > 0 ? named : (place.columns ?? []);
  noteInserted(insert.selectStmt, columns, { name, reading });
  if (insert.selectStmt) readAnyQuery(insert.selectStmt, scope, reading);
  target('insert', name, reading);
  const own = createScope(scope);
  own.sources.push(sourceOfPlace(place), { ...sourceOfPlace(place), alias: 'excluded' });
  const conflict = insert.onConflictClause;
  if (conflict?.action === 'ONCONFLICT_UPDATE') {
    addPlace(place, reading);
    readSets(conflict.targetList ?? [], place, { scope: own, reading });
    if (conflict.whereClause) readExpression(conflict.whereClause, own, reading);
  }
  return readReturning(insert, own, reading);
}

function noteInserted(
  query: Node | undefined,
  columns: readonly string[],
  given: { name: TableName; reading: ShapeReading },
): void {
  const select = partOf(query, 'SelectStmt');
  const rows = select?.valuesLists?.map((row) => partOf(row, 'List')?.items ?? []) ?? [
    (select?.targetList ?? []).flatMap((one) => partOf(one, 'ResTarget')?.val ?? []),
  ];
  for (const row of rows) {
    for (const [position, node] of row.entries()) {
      const column = columns[position];
      if (column !== undefined) noteValue(node, column, given);
    }
  }
}

function noteValue(node: Node, column: string, { name, reading }: { name: TableName; reading: ShapeReading }): void {
  const table = { schema: reading.schema.relation(name)?.schema ?? name.schema, table: name.table };
  reading.parameters.note(node, { role: 'value', target: { table, column } });
}

function readUpdate(update: UpdateStmt, outer: Scope, reading: ShapeReading): readonly Output[] {
  const { place, scope } = openTarget(update, outer, reading);
  readFrom(update.fromClause ?? [], scope, reading);
  readSets(update.targetList ?? [], place, { scope, reading });
  if (update.whereClause) readCondition(update.whereClause, scope, reading);
  target('update', nameOf(update.relation), reading);
  return readReturning(update, scope, reading);
}

function readSets(targets: readonly Node[], place: Place, given: { scope: Scope; reading: ShapeReading }): void {
  for (const one of targets) {
    const { name, val } = partOf(one, 'ResTarget') ?? {};
    if (name === undefined || !val) continue;
    addOnce(place.use.sets, name);
    const multiple = partOf(val, 'MultiAssignRef');
    const row = partOf(multiple?.source, 'RowExpr')?.args?.[(multiple?.colno ?? 1) - 1];
    // A row's subquery is given with each of its columns, and read with the first.
    if (multiple && !row && (multiple.colno ?? 1) > 1) continue;
    const value = row ?? multiple?.source ?? val;
    noteValue(value, name, { name: { schema: place.use.schema, table: place.use.table }, reading: given.reading });
    readExpression(value, given.scope, given.reading);
  }
}

function readDelete(remove: DeleteStmt, outer: Scope, reading: ShapeReading): readonly Output[] {
  const { scope } = openTarget(remove, outer, reading);
  readFrom(remove.usingClause ?? [], scope, reading);
  if (remove.whereClause) readCondition(remove.whereClause, scope, reading);
  target('delete', nameOf(remove.relation), reading);
  return readReturning(remove, scope, reading);
}

function readMerge(merge: MergeStmt, outer: Scope, reading: ShapeReading): readonly Output[] {
  const { place, scope } = openTarget(merge, outer, reading);
  if (merge.sourceRelation) readFrom([merge.sourceRelation], scope, reading);
  if (merge.joinCondition) readCondition(merge.joinCondition, scope, reading);
  for (const node of merge.mergeWhenClauses ?? []) {
    const when = partOf(node, 'MergeWhenClause');
    if (when?.condition) readExpression(when.condition, scope, reading);
    if (when?.commandType === 'CMD_UPDATE') readSets(when.targetList ?? [], place, { scope, reading });
    for (const value of when?.values ?? []) readExpression(value, scope, reading);
  }
  target('merge', nameOf(merge.relation), reading);
  return [];
}

interface Writing {
  relation?: RangeVar;
  withClause?: NonNullable<UpdateStmt['withClause']>;
}

function openTarget(statement: Writing, outer: Scope, reading: ShapeReading): { place: Place; scope: Scope } {
  const scope = createScope(outer);
  readWith(statement, scope, reading);
  const { relation } = statement;
  const name = nameOf(relation);
  const view = reading.schema.view(name);
  if (view && relation) {
    // A view that can be written: its table is read as any other.
    scope.sources.push(readTable(relation, scope, reading));
    return { place: createPlace(reading.schema, name, relation.alias?.aliasname ?? name.table), scope };
  }
  const place = addPlace(createPlace(reading.schema, name, relation?.alias?.aliasname ?? name.table), reading);
  scope.sources.push(sourceOfPlace(place, namesOf(relation?.alias?.colnames)));
  return { place, scope };
}

/** Postgres 18 gives the list inside a clause of its own. */
function readReturning(statement: object, scope: Scope, reading: ShapeReading): readonly Output[] {
  const { returningClause, returningList } = statement as {
    returningClause?: { exprs?: Node[] };
    returningList?: Node[];
  };
  const outputs = readTargets(returningClause?.exprs ?? returningList ?? [], scope, reading);
  return outputs.map((output) => ({ ...output, columns: [] }));
}
