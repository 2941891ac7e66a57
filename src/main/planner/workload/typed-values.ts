/** A value of a type where statistics give none: one that Postgres takes, and that says nothing of how many rows match. */

const PLAIN: Readonly<Record<string, string>> = {
  boolean: 'true',
  uuid: '7b0d9f6e-3c52-4a8e-9d11-5f2a6c4e8b37',
  json: '{}',
  jsonb: '{}',
  xml: '<a/>',
  interval: '7 days',
  inet: '192.0.2.1',
  cidr: '192.0.2.0/24',
  macaddr: '02:00:00:00:00:01',
  macaddr8: '02:00:00:00:00:00:00:01',
  point: '(0,0)',
  box: '(1,1),(0,0)',
  circle: '<(0,0),1>',
  polygon: '((0,0),(0,1),(1,1))',
  line: '{1,-1,0}',
  lseg: '[(0,0),(1,1)]',
  path: '[(0,0),(1,1)]',
  tsvector: "'a'",
  tsquery: "'a'",
  jsonpath: '$.a',
  bytea: '\\x00',
  bit: '1',
  'bit varying': '1',
  pg_lsn: '0/16B3748',
  'time with time zone': '12:00:00+00',
  'time without time zone': '12:00:00',
  regclass: 'pg_catalog.pg_class',
  regtype: 'pg_catalog.int4',
  regnamespace: 'pg_catalog',
  oid: '1259',
  ltree: 'a',
  hstore: 'a=>1',
  '"char"': 'r',
};
const NUMBERS = /^(smallint|integer|bigint|numeric|real|double precision|money|oid|xid8?)$/;
const RANGES = /^(int4|int8|num|ts|tstz|date)(multi)?range$/;

export interface TypeFacts {
  /** ISO 8601: what counts as now. */
  takenAt: string;
  enumLabels: (type: string) => readonly string[] | undefined;
  baseType: (type: string) => string;
}

/** The value as text, such as Postgres takes it for a parameter of the type. */
export function typedValue(type: string, facts: TypeFacts): string {
  const bare = bareType(facts.baseType(type));
  if (isArray(bare)) return arrayLiteral([typedValue(elementType(bare), facts)]);
  const plain = PLAIN[bare];
  if (plain !== undefined) return plain;
  if (NUMBERS.test(bare)) return '1';
  if (RANGES.test(bare)) return bare.endsWith('multirange') ? '{}' : 'empty';
  if (bare === 'date') return facts.takenAt.slice(0, 10);
  if (bare.startsWith('timestamp')) return facts.takenAt;
  return facts.enumLabels(bare)?.[0] ?? 'a';
}

/** Without what stands in parentheses: `numeric(10,2)`. */
export function bareType(type: string): string {
  return type.replace(/\s*\([^)]*\)/, '').trim();
}

export function isArray(type: string): boolean {
  return type.endsWith('[]');
}

export function elementType(type: string): string {
  return type.replace(/(\[\])+$/, '');
}

export function arrayLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`;
}

/** The elements of an array as Postgres prints it; of one level only. */
export function arrayElements(literal: string): string[] {
  const inner = literal.replace(/^\[[^\]]*\]=/, '').replace(/^\{|\}$/g, '');
  return [...inner.matchAll(/"((?:[^"\\]|\\.)*)"|([^,{}]+)/g)]
    .map(([, quoted, plain]) => quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '')
    .filter((element) => element !== 'NULL');
}
