/**
 * What the planner twin is made of: a database's schema, sizes, statistics and planner settings at one moment, and no rows. It
 * is plain JSON, so that it can be kept for an hour's comparison, committed beside a project, or carried to another machine.
 */

/** `schema.name`, unquoted parts joined by a dot only for people: code compares the two fields. */
export interface ObjectName {
  schema: string;
  name: string;
}

export interface ColumnStatistics {
  nullFraction: number;
  averageWidthBytes: number;
  /** As Postgres has it: below zero it is a share of the rows. */
  distinct: number;
  /** Texts as the type prints them; the most common first. */
  commonValues?: string[];
  commonFrequencies?: number[];
  /** Bounds of equal parts, as ANALYZE saw them in its sample. */
  histogram?: string[];
  /**
   * The least and the greatest value that an index of the column told. Not in place of the histogram's own: Postgres asks the index
   * for ranges, and the histogram for how far two tables overlap that it merges.
   */
  ends?: string[];
  correlation?: number;
  commonElements?: string[];
  /** With the two or three further figures that Postgres keeps behind them. */
  commonElementFrequencies?: number[];
  elementCounts?: number[];
  rangeLengths?: string[];
  rangeEmptyFraction?: number;
  rangeBounds?: string[];
  /** Nothing where the values are the database's own. `hashed`: equal ones are still equal, their order is kept; `omitted`: there are none. */
  redaction?: 'hashed' | 'omitted';
}

export interface SnapshotColumn {
  name: string;
  /** As `format_type` writes it, its schema included where it is not in pg_catalog. */
  type: string;
  isNotNull: boolean;
  /** Where it is not the type's own. */
  collation?: string;
  generated?: { kind: 'stored' | 'virtual'; expression: string };
  identity?: 'always' | 'by default';
  statistics?: ColumnStatistics;
  /** Of the table with all that inherit from it. */
  inheritedStatistics?: ColumnStatistics;
}

export interface RelationSize {
  /** The file's true length. */
  blocks: number;
  /** What ANALYZE or VACUUM wrote last; tuples -1 where neither was there yet. */
  pages: number;
  tuples: number;
  allVisiblePages: number;
  allFrozenPages?: number;
}

/** Counted since `since`. */
export interface RelationCounters {
  inserted: number;
  updated: number;
  hotUpdated: number;
  deleted: number;
  sequentialScans: number;
  liveRows: number;
  deadRows: number;
  analyzedAt: string | null;
  /** Whether autovacuum was the last to analyse it. */
  isAutoAnalyzed?: boolean;
}

export interface SnapshotConstraint {
  name: string;
  kind: 'primary' | 'unique' | 'check' | 'foreign' | 'exclude' | 'not null';
  /** As `pg_get_constraintdef` writes it. */
  definition: string;
  isValidated: boolean;
  columns: string[];
  /** Of a foreign key. */
  references?: ObjectName & { columns: string[] };
  /** The index behind it. */
  index?: string;
  /** It came from a parent's, and comes again when this table is attached to that one. */
  isInherited?: boolean;
}

export interface SnapshotRelation extends ObjectName {
  kind: 'table' | 'partitioned' | 'materialized view' | 'foreign';
  columns: SnapshotColumn[];
  /** As `pg_get_partkeydef` writes it. */
  partitionKey?: string;
  partitionOf?: ObjectName & { bound: string };
  inherits?: ObjectName[];
  /** Statements of those to whom policies apply have further conditions. */
  hasRowSecurity?: boolean;
  constraints: SnapshotConstraint[];
  /** Storage options, such as fillfactor. */
  options?: Record<string, string>;
  size: RelationSize;
  /** Of what is stored outside the rows. */
  toastBlocks: number;
  counters?: RelationCounters;
}

export interface SnapshotIndex extends ObjectName {
  table: ObjectName;
  /** As `pg_get_indexdef` writes it. */
  definition: string;
  method: string;
  /** Keys first, then what is included; an expression as its text. */
  keys: {
    column?: string;
    expression?: string;
    /** Of an expression. */
    type?: string;
    isDescending?: boolean;
    nullsFirst?: boolean;
    operatorClass?: string;
    collation?: string;
  }[];
  include: string[];
  predicate?: string;
  isUnique: boolean;
  isPrimary: boolean;
  isValid: boolean;
  /** It stands behind a constraint, or is the replica identity: it cannot just be dropped. */
  isNeeded: boolean;
  size: Pick<RelationSize, 'blocks' | 'pages' | 'tuples'>;
  /** The partitioned index that it is a part of. */
  partOf?: ObjectName;
  /** Levels above the leaves of a B-tree, where the planner told. */
  height?: number;
  scans?: number;
  /** Of its expressions, by their place among the keys from 1. */
  expressionStatistics?: Record<string, ColumnStatistics>;
}

/** Types, functions and views, in the order in which they can be made. */
export interface SnapshotObject extends ObjectName {
  kind: 'enum' | 'domain' | 'composite' | 'range' | 'function' | 'view' | 'statistics' | 'sequence' | 'collation';
  /** One statement that makes it. */
  definition: string;
}

/** Something that the twin cannot have as production has it. */
export interface Gap {
  /** What it is about: `public.orders`, `extension postgis`. */
  subject: string;
  /** A whole sentence for people. */
  sentence: string;
}

export interface Snapshot {
  format: 1;
  /** ISO 8601. */
  takenAt: string;
  database: string;
  /** `server_version_num`, and the version as people say it. */
  server: { versionNumber: number; version: string };
  /** What the database's own collation is: `like 'a%'` reads a plain B-tree in C alone, and histograms have its order. */
  locale?: { collate: string; ctype: string; provider: string; encoding: string };
  /** Planner settings by name, as `current_setting` writes them. */
  settings: Record<string, string>;
  /** The search path in force for the statements. */
  searchPath: string[];
  extensions: { name: string; version: string; schema: string }[];
  schemas: string[];
  objects: SnapshotObject[];
  /** Parents before those that inherit from them. */
  relations: SnapshotRelation[];
  /** In the order in which production made them: Postgres breaks ties by it. */
  indexes: SnapshotIndex[];
  /** Since when counters count; ISO 8601. */
  countedSince: string | null;
  gaps: Gap[];
}
