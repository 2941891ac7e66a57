/**
 * One statement that makes each type, function and view again, put together from the catalog's rows. A function that is not
 * written in SQL becomes a stub of its signature: its body is code of a language that a twin need not have, and must not run.
 */

import type * as rows from './object-queries.ts';
import { quoteName, quoteObject, quoteText } from './quoting.ts';
import type { Gap, SnapshotObject } from './snapshot.ts';

const VOLATILITY = { i: 'immutable', s: 'stable', v: 'volatile' } as const;
const PARALLEL = { s: 'safe', r: 'restricted', u: 'unsafe' } as const;

export function defineType(type: rows.TypeRow): SnapshotObject {
  const { schema, name } = type;
  const quoted = quoteObject(type);
  switch (type.kind) {
    case 'e':
      return {
        schema,
        name,
        kind: 'enum',
        definition: `create type ${quoted} as enum (${type.labels.map(quoteText).join(', ')})`,
      };
    case 'd':
      return { schema, name, kind: 'domain', definition: `create domain ${quoted} as ${domainOf(type)}` };
    case 'c':
      return { schema, name, kind: 'composite', definition: `create type ${quoted} as (${attributesOf(type)})` };
    case 'r':
      return { schema, name, kind: 'range', definition: `create type ${quoted} as range (${rangeOf(type)})` };
  }
}

function domainOf({ base, checks, collation, isNotNull }: rows.TypeRow): string {
  return [base, collation && `collate ${collation}`, isNotNull && 'not null', ...checks].filter(Boolean).join(' ');
}

function attributesOf({ attributes }: rows.TypeRow): string {
  return (attributes ?? []).map((one) => `${quoteName(one.name)} ${one.type}`).join(', ');
}

/** Without its canonical function, which would have to be there before the type, and be in C. */
function rangeOf({ collation, multirange, operatorClass, subtype, subtypeDifference }: rows.TypeRow): string {
  return [
    `subtype = ${subtype}`,
    operatorClass && `subtype_opclass = ${operatorClass}`,
    collation && `collation = ${collation}`,
    subtypeDifference && `subtype_diff = ${subtypeDifference}`,
    multirange && `multirange_type_name = ${quoteName(multirange)}`,
  ]
    .filter(Boolean)
    .join(', ');
}

export function defineFunction(row: rows.FunctionRow): SnapshotObject {
  const { schema, name } = row;
  return { schema, name, kind: 'function', definition: row.definition?.trim() ?? stubOf(row) };
}

function stubOf(row: rows.FunctionRow): string {
  const traits = [
    VOLATILITY[row.volatility],
    row.isStrict && 'strict',
    row.isLeakproof && 'leakproof',
    `parallel ${PARALLEL[row.parallel]}`,
    `cost ${row.cost}`,
    row.returnsSet && `rows ${Math.max(1, row.rows)}`,
  ];
  const body = quoteText(`begin ${returnOf(row)} end`);
  return [
    `create function ${quoteObject(row)}(${row.arguments})`,
    `returns ${row.result}`,
    ...['language plpgsql', ...traits.filter(Boolean), `as ${body}`],
  ].join(' ');
}

/** A value rather than null, where there is a plain one: what is compared with null has no rows at all. */
function returnOf({ hasOutput, resultName, returnsSet }: rows.FunctionRow): string {
  if (returnsSet || hasOutput || resultName === 'void') return 'return;';
  return `return ${PLAIN_VALUES[resultName] ?? 'null'};`;
}

const PLAIN_VALUES: Record<string, string> = {
  ...Object.fromEntries(
    ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'].map((type) => [type, '0']),
  ),
  ...Object.fromEntries(['text', 'character varying', 'name'].map((type) => [type, "''"])),
  boolean: 'true',
  uuid: "'00000000-0000-0000-0000-000000000000'",
  date: "'2000-01-01'",
  'timestamp without time zone': "'2000-01-01'",
  'timestamp with time zone': "'2000-01-01'",
};

/** What one who is told of the function should know. */
export function gapOfFunction(row: rows.FunctionRow): Gap | undefined {
  if (row.definition !== null) return undefined;
  const subject = `function ${row.schema}.${row.name}`;
  const sentence =
    row.language === 'sql'
      ? `${subject} was held by another session; the twin has its signature, and not what it does.`
      : `${subject} is written in ${row.language}; the twin has its signature and cost, and not what it does.`;
  return { subject, sentence };
}

export function defineView(row: rows.ViewRow & { definition: string }): SnapshotObject {
  const { columns, definition, name, options, schema } = row;
  const withOptions = options?.length ? ` with (${options.map((one) => one.replace('=', ' = ')).join(', ')})` : '';
  const list = columns.length > 0 ? ` (${columns.map(quoteName).join(', ')})` : '';
  const query = definition.trim().replace(/;$/, '');
  return { schema, name, kind: 'view', definition: `create view ${quoteObject(row)}${list}${withOptions} as ${query}` };
}

export function defineCollation(row: rows.CollationRow): SnapshotObject {
  const { ctype, isDeterministic, locale, name, provider, schema } = row;
  const place =
    provider === 'c'
      ? `provider = libc, lc_collate = ${quoteText(locale ?? 'C')}, lc_ctype = ${quoteText(ctype ?? 'C')}`
      : `provider = ${provider === 'b' ? 'builtin' : 'icu'}, locale = ${quoteText(locale ?? 'und')}`;
  const definition = `create collation ${quoteObject(row)} (${place}, deterministic = ${isDeterministic})`;
  return { schema, name, kind: 'collation', definition };
}
