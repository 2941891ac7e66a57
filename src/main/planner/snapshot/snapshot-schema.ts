/**
 * The shape of a snapshot that comes from a file, with bounds for all that is in it: whoever wrote it may wish us ill. Postgres' own
 * limits where it has some: 63 bytes a name, 1,600 columns, 10,000 values a column, 2^32 blocks.
 */

import { Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const MAX_DEFINITION_LENGTH = 200_000;

export const MAX_BLOCKS = 4_294_967_294;

/** The 63 bytes are counted elsewhere; a name with a NUL cannot be one. */
const Name = Type.String({ minLength: 1, maxLength: 63, pattern: '^[^\\u0000]*$' });
const ExtensionName = Type.String({ maxLength: 63, pattern: '^[A-Za-z][A-Za-z0-9_-]*$' });
const Definition = Type.String({ minLength: 1, maxLength: MAX_DEFINITION_LENGTH, pattern: '^[^\\u0000]*$' });
const Text = Type.String({ maxLength: 2_000, pattern: '^[^\\u0000]*$' });
const Instant = Type.String({
  maxLength: 40,
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?(Z|[+-]\\d\\d:\\d\\d)$',
});
const Blocks = Type.Integer({ minimum: 0, maximum: MAX_BLOCKS });
/** -1 where nobody looked yet. */
const Pages = Type.Integer({ minimum: -1, maximum: MAX_BLOCKS });
const Rows = Type.Number({ minimum: -1, maximum: 1e15 });
const Counter = Type.Number({ minimum: 0, maximum: 1e18 });
const Share = Type.Number({ minimum: 0, maximum: 1 });

const values = (maxItems: number) =>
  Type.Optional(Type.Array(Type.String({ maxLength: 20_000, pattern: '^[^\\u0000]*$' }), { maxItems }));
const figures = (maxItems: number, maximum = 1e9) =>
  Type.Optional(Type.Array(Type.Number({ minimum: 0, maximum }), { maxItems }));

const Named = { schema: Name, name: Name };
const ObjectName = Type.Object(Named, closed);

const Statistics = Type.Object(
  {
    nullFraction: Share,
    averageWidthBytes: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }),
    distinct: Type.Number({ minimum: -1, maximum: 1e15 }),
    commonValues: values(10_000),
    commonFrequencies: figures(10_000, 1),
    histogram: values(10_001),
    ends: values(2),
    correlation: Type.Optional(Type.Number({ minimum: -1.001, maximum: 1.001 })),
    commonElements: values(100_000),
    commonElementFrequencies: figures(100_003, 1),
    elementCounts: figures(10_002),
    rangeLengths: values(10_001),
    rangeEmptyFraction: Type.Optional(Share),
    rangeBounds: values(10_001),
    redaction: Type.Optional(Type.Enum(['hashed', 'omitted'])),
  },
  closed,
);

const Column = Type.Object(
  {
    name: Name,
    type: Type.String({ minLength: 1, maxLength: 300 }),
    isNotNull: Type.Boolean(),
    collation: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
    generated: Type.Optional(Type.Object({ kind: Type.Enum(['stored', 'virtual']), expression: Definition }, closed)),
    identity: Type.Optional(Type.Enum(['always', 'by default'])),
    statistics: Type.Optional(Statistics),
    inheritedStatistics: Type.Optional(Statistics),
  },
  closed,
);

const Constraint = Type.Object(
  {
    name: Name,
    kind: Type.Enum(['primary', 'unique', 'check', 'foreign', 'exclude', 'not null']),
    definition: Definition,
    isValidated: Type.Boolean(),
    columns: Type.Array(Name, { maxItems: 1_600 }),
    references: Type.Optional(Type.Object({ ...Named, columns: Type.Array(Name, { maxItems: 32 }) }, closed)),
    index: Type.Optional(Name),
    isInherited: Type.Optional(Type.Boolean()),
  },
  closed,
);

const Relation = Type.Object(
  {
    ...Named,
    kind: Type.Enum(['table', 'partitioned', 'materialized view', 'foreign']),
    columns: Type.Array(Column, { maxItems: 1_600 }),
    partitionKey: Type.Optional(Definition),
    partitionOf: Type.Optional(Type.Object({ ...Named, bound: Definition }, closed)),
    inherits: Type.Optional(Type.Array(ObjectName, { maxItems: 1_000 })),
    hasRowSecurity: Type.Optional(Type.Boolean()),
    constraints: Type.Array(Constraint, { maxItems: 5_000 }),
    options: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_.]{0,80}$' }), Type.String({ pattern: '^[\\w.+-]{0,100}$' }), {
        ...closed,
        maxProperties: 100,
      }),
    ),
    size: Type.Object(
      {
        blocks: Blocks,
        pages: Pages,
        tuples: Rows,
        allVisiblePages: Pages,
        allFrozenPages: Type.Optional(Pages),
      },
      closed,
    ),
    toastBlocks: Blocks,
    counters: Type.Optional(
      Type.Object(
        {
          inserted: Counter,
          updated: Counter,
          hotUpdated: Counter,
          deleted: Counter,
          sequentialScans: Counter,
          liveRows: Counter,
          deadRows: Counter,
          analyzedAt: Type.Union([Instant, Type.Null()]),
          isAutoAnalyzed: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
    ),
  },
  closed,
);

const IndexKey = Type.Object(
  {
    column: Type.Optional(Name),
    expression: Type.Optional(Definition),
    type: Type.Optional(Type.String({ maxLength: 300 })),
    isDescending: Type.Optional(Type.Boolean()),
    nullsFirst: Type.Optional(Type.Boolean()),
    operatorClass: Type.Optional(Type.String({ maxLength: 300 })),
    collation: Type.Optional(Type.String({ maxLength: 300 })),
  },
  closed,
);

const Index = Type.Object(
  {
    ...Named,
    table: ObjectName,
    definition: Definition,
    method: ExtensionName,
    keys: Type.Array(IndexKey, { minItems: 1, maxItems: 32 }),
    include: Type.Array(Name, { maxItems: 32 }),
    predicate: Type.Optional(Definition),
    isUnique: Type.Boolean(),
    isPrimary: Type.Boolean(),
    isValid: Type.Boolean(),
    isNeeded: Type.Boolean(),
    partOf: Type.Optional(ObjectName),
    size: Type.Object({ blocks: Blocks, pages: Pages, tuples: Rows }, closed),
    height: Type.Optional(Type.Integer({ minimum: 0, maximum: 32 })),
    scans: Type.Optional(Counter),
    expressionStatistics: Type.Optional(
      Type.Record(Type.String({ pattern: '^[1-9]\\d?$' }), Statistics, { ...closed, maxProperties: 32 }),
    ),
  },
  closed,
);

const Stored = Type.Object(
  {
    ...Named,
    kind: Type.Enum([
      ...(['enum', 'domain', 'composite', 'range', 'function', 'view', 'statistics', 'sequence', 'collation'] as const),
    ]),
    definition: Definition,
  },
  closed,
);

export const SnapshotShape = Type.Object(
  {
    format: Type.Literal(1),
    takenAt: Instant,
    database: Name,
    server: Type.Object(
      {
        versionNumber: Type.Integer({ minimum: 140_000, maximum: 299_999 }),
        version: Type.String({ maxLength: 200 }),
      },
      closed,
    ),
    locale: Type.Optional(
      Type.Object(
        {
          collate: Type.String({ maxLength: 200 }),
          ctype: Type.String({ maxLength: 200 }),
          provider: Type.String({ maxLength: 10 }),
          encoding: Type.String({ maxLength: 40 }),
        },
        closed,
      ),
    ),
    settings: Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_.]{0,62}$' }), Text, {
      ...closed,
      maxProperties: 500,
    }),
    searchPath: Type.Array(Name, { maxItems: 200 }),
    extensions: Type.Array(
      Type.Object({ name: ExtensionName, version: Type.String({ maxLength: 100 }), schema: Name }, closed),
      { maxItems: 500 },
    ),
    schemas: Type.Array(Name, { maxItems: 10_000 }),
    objects: Type.Array(Stored, { maxItems: 30_000 }),
    relations: Type.Array(Relation, { maxItems: 10_000 }),
    indexes: Type.Array(Index, { maxItems: 100_000 }),
    countedSince: Type.Union([Instant, Type.Null()]),
    gaps: Type.Array(Type.Object({ subject: Text, sentence: Text }, closed), { maxItems: 50_000 }),
  },
  closed,
);
