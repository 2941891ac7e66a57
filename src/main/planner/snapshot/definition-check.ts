/**
 * Whether the SQL of a snapshot is what it says it is: each definition one statement of its kind, about the thing that it stands
 * by, each type a type and each expression an expression. Postgres' own parser reads them, so that no quoting can deceive it. A
 * function may be in SQL and read; one in PL/pgSQL is a stub that returns a constant; there is no other.
 */

import { loadModule, parseSync, scanSync } from 'libpg-query';
import { quoteName, quoteObject } from './quoting.ts';
import type {
  ObjectName,
  Snapshot,
  SnapshotConstraint,
  SnapshotIndex,
  SnapshotObject,
  SnapshotRelation,
} from './snapshot.ts';

type Tree = Record<string, unknown>;

const OBJECT_NODES: Record<SnapshotObject['kind'], string> = {
  enum: 'CreateEnumStmt',
  domain: 'CreateDomainStmt',
  composite: 'CompositeTypeStmt',
  range: 'CreateRangeStmt',
  function: 'CreateFunctionStmt',
  view: 'ViewStmt',
  statistics: 'CreateStatsStmt',
  sequence: 'CreateSeqStmt',
  collation: 'DefineStmt',
};
const CONSTRAINT_TYPES: Record<SnapshotConstraint['kind'], string> = {
  primary: 'CONSTR_PRIMARY',
  unique: 'CONSTR_UNIQUE',
  check: 'CONSTR_CHECK',
  foreign: 'CONSTR_FOREIGN',
  exclude: 'CONSTR_EXCLUSION',
  'not null': 'CONSTR_NOTNULL',
};
const STUB = /^begin return(?: (?:null|true|0|''|'[0-9-]{10,36}'))?; end$/;

/**
 * The first thing that is wrong, as the rest of a sentence; undefined where all is as it should be.
 *
 * Parsing takes some 30 µs for each definition.
 */
export async function findBadDefinition(snapshot: Snapshot): Promise<string | undefined> {
  await loadModule();
  const seen = new Set<string>();
  for (const fault of faultsOf(snapshot, seen)) if (fault !== undefined) return fault;
  return undefined;
}

function* faultsOf({ indexes, objects, relations }: Snapshot, seen: Set<string>): Generator<string | undefined> {
  for (const one of objects) yield isObject(one) ? undefined : `the definition of ${one.kind} ${label(one)} is not one`;
  for (const one of relations) {
    for (const { collation, generated, name, type } of one.columns) {
      const isGood =
        isType(type, seen) &&
        (collation === undefined || isCollation(collation, seen)) &&
        (generated === undefined || isExpression(generated.expression));
      yield isGood ? undefined : `column ${name} of ${label(one)} is not one`;
    }
    yield isPartitioning(one) ? undefined : `the partitioning of ${label(one)} is none`;
    for (const constraint of one.constraints) {
      yield isConstraint(one, constraint) ? undefined : `constraint ${constraint.name} of ${label(one)} is not one`;
    }
  }
  for (const one of indexes) yield isIndex(one, seen) ? undefined : `the definition of index ${label(one)} is not one`;
}

function label({ name, schema }: ObjectName): string {
  return `${schema}.${name}`;
}

/**
 * The one statement of a text, by its kind; undefined where there are more, or none that can be read. A comment, which Postgres
 * never writes, could swallow what is put behind it.
 */
function parseOne(text: string): { kind: string; node: Tree } | undefined {
  try {
    if (/--|\/\*/.test(text) && scanSync(text).tokens.some(({ tokenName }) => /COMMENT/.test(tokenName)))
      return undefined;
    const { stmts = [] } = parseSync(text);
    const stmt = stmts.length === 1 ? (stmts[0]?.stmt as Tree | undefined) : undefined;
    const [kind, node] = Object.entries(stmt ?? {})[0] ?? [];
    return kind === undefined ? undefined : { kind, node: node as Tree };
  } catch {
    return undefined;
  }
}

function isObject(object: SnapshotObject): boolean {
  const parsed = parseOne(object.definition);
  if (parsed?.kind !== OBJECT_NODES[object.kind] || !isNamed(parsed.node, object)) return false;
  if (object.kind === 'collation') return parsed.node.kind === 'OBJECT_COLLATION';
  return object.kind !== 'function' || isHarmlessFunction(parsed.node);
}

/** Whatever the statement calls it: a list of its parts, or a table's own form. */
function isNamed(node: Tree, { name, schema }: ObjectName): boolean {
  const found = node.domainname ?? node.typeName ?? node.funcname ?? node.defnames;
  if (Array.isArray(found)) {
    const parts = found.map((part: Tree) => (part.String as Tree | undefined)?.sval);
    return parts.length === 2 && parts[0] === schema && parts[1] === name;
  }
  const range = (node.typevar ?? node.view ?? node.sequence) as Tree | undefined;
  return range?.schemaname === schema && range.relname === name && range.relpersistence === 'p';
}

function isHarmlessFunction(node: Tree): boolean {
  const options = new Map(
    ((node.options ?? []) as { DefElem: Tree }[]).map(({ DefElem }) => [
      DefElem.defname as string,
      DefElem.arg as Tree,
    ]),
  );
  if (node.is_procedure) return false;
  const language = (options.get('language')?.String as Tree | undefined)?.sval;
  const items = ((options.get('as')?.List as Tree | undefined)?.items ?? []) as Tree[];
  // An empty text has no member of its own in the tree.
  const [body, more] = items.map(({ String: text }) => ((text as Tree | undefined)?.sval as string | undefined) ?? '');
  if (more !== undefined) return false;
  if (language === 'plpgsql') return body !== undefined && STUB.test(body);
  if (language !== 'sql') return false;
  return node.sql_body === undefined ? body !== undefined && isSelect(body) : isSelectBody(node.sql_body as Tree);
}

/** Nothing but reading; an empty one does nothing at all. */
function isSelect(body: string): boolean {
  if (body.trim() === '') return true;
  try {
    const { stmts = [] } = parseSync(body);
    return stmts.every(({ stmt }) => isPlainSelect(stmt as Tree));
  } catch {
    return false;
  }
}

function isPlainSelect(stmt: Tree | undefined): boolean {
  const select = stmt?.SelectStmt as Tree | undefined;
  return select !== undefined && select.intoClause === undefined && !hasWriting(select);
}

/** In a WITH at any depth. */
function hasWriting(tree: unknown): boolean {
  if (Array.isArray(tree)) return tree.some(hasWriting);
  if (typeof tree !== 'object' || tree === null) return false;
  return Object.entries(tree).some(
    ([key, value]) => /^(Insert|Update|Delete|Merge)Stmt$/.test(key) || hasWriting(value),
  );
}

function isSelectBody(body: Tree): boolean {
  if (body.ReturnStmt) return !hasWriting(body);
  const items = (tree: Tree) => ((tree.List as Tree | undefined)?.items ?? [tree]) as Tree[];
  return items(body)
    .flatMap(items)
    .every((one) => one.ReturnStmt !== undefined || isPlainSelect(one));
}

/** True for the text of a function in SQL which reads and nothing else. */
export async function isReadingFunction(definition: string): Promise<boolean> {
  await loadModule();
  const parsed = parseOne(definition);
  return parsed?.kind === 'CreateFunctionStmt' && isHarmlessFunction(parsed.node);
}

/** The only output of `select …`, and nothing beside it. */
function outputOf(text: string): Tree | undefined {
  const parsed = parseOne(text);
  if (parsed?.kind !== 'SelectStmt') return undefined;
  const { targetList, limitOption: _limit, op: _op, ...others } = parsed.node;
  const [first, second] = (targetList ?? []) as { ResTarget: Tree }[];
  if (second !== undefined || Object.keys(others).length > 0 || first?.ResTarget.name !== undefined) return undefined;
  return first?.ResTarget.val as Tree | undefined;
}

function isType(type: string, seen: Set<string>): boolean {
  const known = `type ${type}`;
  if (seen.has(known)) return true;
  const cast = outputOf(`select null::${type}`)?.TypeCast as Tree | undefined;
  const isGood = ((cast?.arg as Tree | undefined)?.A_Const as Tree | undefined)?.isnull === true;
  if (isGood) seen.add(known);
  return isGood;
}

function isCollation(collation: string, seen: Set<string>): boolean {
  const known = `collation ${collation}`;
  if (seen.has(known)) return true;
  const clause = outputOf(`select null collate ${collation}`)?.CollateClause as Tree | undefined;
  const isGood = ((clause?.arg as Tree | undefined)?.A_Const as Tree | undefined)?.isnull === true;
  if (isGood) seen.add(known);
  return isGood;
}

/** By itself, and in the brackets that it will stand in. */
function isExpression(expression: string): boolean {
  return outputOf(`select ${expression}`) !== undefined && outputOf(`select (${expression})`) !== undefined;
}

/** A class's name may stand where a type's may. */
function isQualifiedName(text: string, seen: Set<string>): boolean {
  return !/[[\](]/.test(text) && isType(text, seen);
}

function isPartitioning({ inherits, partitionKey, partitionOf }: SnapshotRelation): boolean {
  if (partitionOf !== undefined && inherits !== undefined) return false;
  if (partitionKey !== undefined) {
    const parsed = parseOne(`create table t () partition by ${partitionKey}`);
    if (!isBare(parsed, 'partspec')) return false;
  }
  if (partitionOf === undefined) return true;
  return isBare(parseOne(`create table t partition of p ${partitionOf.bound}`), 'partbound', 'inhRelations');
}

/** A CREATE TABLE with these clauses and no others. */
function isBare(parsed: ReturnType<typeof parseOne>, ...clauses: string[]): boolean {
  if (parsed?.kind !== 'CreateStmt') return false;
  const known = new Set(['relation', 'oncommit', ...clauses]);
  return (
    clauses.every((one) => parsed.node[one] !== undefined) && Object.keys(parsed.node).every((one) => known.has(one))
  );
}

function isConstraint(relation: ObjectName, { definition, kind, name }: SnapshotConstraint): boolean {
  const text = `alter table ${quoteObject(relation)} add constraint ${quoteName(name)} ${definition}`;
  const parsed = parseOne(text);
  if (parsed?.kind !== 'AlterTableStmt') return false;
  const [first, second] = (parsed.node.cmds ?? []) as { AlterTableCmd: Tree }[];
  const constraint = (first?.AlterTableCmd.def as Tree | undefined)?.Constraint as Tree | undefined;
  return second === undefined && constraint?.contype === CONSTRAINT_TYPES[kind];
}

function isIndex(index: SnapshotIndex, seen: Set<string>): boolean {
  const parsed = parseOne(index.definition);
  if (parsed?.kind !== 'IndexStmt') return false;
  const { idxname, indexParams, relation } = parsed.node as {
    idxname?: string;
    indexParams?: unknown[];
    relation?: Tree;
  };
  if (idxname !== index.name || index.schema !== index.table.schema) return false;
  if (relation?.relname !== index.table.name || relation.schemaname !== index.table.schema) return false;
  if (indexParams?.length !== index.keys.length || parsed.node.tableSpace !== undefined) return false;
  if (index.predicate !== undefined && !isExpression(index.predicate)) return false;
  return index.keys.every(
    ({ collation, column, expression, operatorClass, type }) =>
      (column === undefined) !== (expression === undefined) &&
      (expression === undefined || isExpression(expression)) &&
      (type === undefined || isType(type, seen)) &&
      (operatorClass === undefined || isQualifiedName(operatorClass, seen)) &&
      (collation === undefined || isCollation(collation, seen)),
  );
}
