/** What is planned: statements with how often they are called, and what their parsed text asks of each table. */

export interface WorkloadStatement {
  /** Its declared name, or its fingerprint's. */
  name: string;
  source: 'declared' | 'observed' | 'collection' | 'file' | 'server';
  /** With $1, $2, … for what changes. */
  text: string;
  /** Null where nobody counted. */
  callsPerDay: number | null;
  meanMs: number | null;
  /** Why it is known to need no index. */
  unindexedBecause?: string;
  /** Where it comes from: a file and line, or routes. */
  origin?: string;
}

/** A column as one use of a table has it. */
export interface ColumnUse {
  column: string;
  /** An expression over columns of this table, in place of one column alone. */
  expression?: string;
  /** `$n`, where it is compared with a parameter. */
  parameter?: number;
  /** A constant written in the text, as its literal. */
  constant?: string;
  /** It stands in an arm of an OR whose other arms are of other columns: no index serves it alone. */
  isAlternative?: true;
  /** Its place from 0, where whole rows are compared: `(created_at, id) < ($1, $2)`. */
  rowPlace?: number;
}

/** One table as one statement uses it: once for each place in FROM. */
export interface TableUse {
  schema: string | null;
  table: string;
  alias: string;
  /** Compared for equality with parameters, constants or lists. */
  equalities: ColumnUse[];
  /** <, <=, >, >=, between, like 'x%'. */
  ranges: ColumnUse[];
  /** Equal to a column of another place; its names are empty where that is a subquery's. */
  joins: { column: string; otherAlias: string; otherColumn: string }[];
  /** @>, &&, ?, @@ and their like. */
  containments: (ColumnUse & { operator: string })[];
  /** like '%x', ilike, ~. */
  patterns: ColumnUse[];
  nullTests: { column: string; isNull: boolean }[];
  /** In order; only where all of the ORDER BY is of this place. */
  sort: { column: string; expression?: string; isDescending: boolean; nullsFirst: boolean }[];
  group: string[];
  /** All columns that the statement reads of it. */
  referenced: string[];
  /** Columns that an UPDATE sets. */
  sets: string[];
  /** The view that brought it here. */
  throughView?: string;
  /** Only the first rows in the order of `sort` are wanted: a limit, min or max. */
  wantsFirst?: true;
}

export interface ParameterUse {
  number: number;
  /** What it is compared with, where that is a column. */
  table?: { schema: string | null; table: string };
  column?: string;
  /** `equal`, `range low`, `range high`, `list`, `pattern`, `limit`, `offset`, `value` (insert, set), `other`. */
  role:
    | 'equal'
    | 'range low'
    | 'range high'
    | 'list'
    | 'pattern'
    | 'containment'
    | 'limit'
    | 'offset'
    | 'value'
    | 'other';
  /** Which of a list it is, from 0. */
  place?: number;
  /** It is a part of what is compared, such as `$1 || '%'` or `now() - $1`. */
  isWrapped?: true;
}

export interface StatementShape {
  kind: 'select' | 'insert' | 'update' | 'delete' | 'merge' | 'other';
  uses: TableUse[];
  parameters: ParameterUse[];
  /** Of the table that an INSERT, UPDATE or DELETE writes. */
  target: { schema: string | null; table: string } | null;
  hasLimit: boolean;
  hasOffset: boolean;
}

/** Values for a statement's parameters, drawn from statistics: never null. */
export interface Binding {
  kind: 'common' | 'middle' | 'rare' | 'none';
  /** What share of calls it stands for; those of a statement add up to one. */
  weight: number;
  params: string[];
}
