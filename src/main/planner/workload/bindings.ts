/**
 * Values for a statement's parameters, drawn from statistics: a common, a middle and a rare call, each with its share. Never
 * null, for which Postgres would plan no row at all. Where statistics hold no value of a column (never analysed, left out of the
 * snapshot), one is made up: Postgres then estimates by its defaults, as it would without knowing the value.
 */

import type { ColumnStatistics } from '../snapshot/snapshot.ts';
import { drawPair } from './document-pairs.ts';
import { type DrawKind, drawBound, drawList, drawValue, kindWeights } from './draw-values.ts';
import type { SchemaIndex } from './schema-index.ts';
import {
  arrayElements,
  arrayLiteral,
  bareType,
  elementType,
  isArray,
  type TypeFacts,
  typedValue,
} from './typed-values.ts';
import type { Binding, ParameterUse, StatementShape } from './workload.ts';

const LIMIT = '20';
const LIST_LENGTH = 10;
/** A page that someone reaches by reading on, or a crawler does. */
const DEEP_OFFSET = 10_000;
const KINDS: readonly DrawKind[] = ['common', 'middle', 'rare'];
/** Where nothing but a range, a pattern or an offset tells calls apart. */
const USUAL_WEIGHTS = { common: 0.7, middle: 0.2, rare: 0.1 };

export interface BindingSource {
  schema: SchemaIndex;
  /** Of $1, $2, …, as Postgres infers them. */
  types: readonly string[];
}

interface Drawing extends TypeFacts {
  schema: SchemaIndex;
  kind: DrawKind;
  parameters: readonly ParameterUse[];
  isFirstOnly: boolean;
}

interface Drawn {
  text: string;
  /** It says something of how many rows match. */
  isDrawn: boolean;
}

/** One to three ways to call it; their weights add up to one. A statement without parameters has one, with none. */
export function drawBindings(shape: StatementShape, { schema, types }: BindingSource): Binding[] {
  if (types.length === 0) return [{ kind: 'none', weight: 1, params: [] }];
  const uses = types.map(
    (_, position): ParameterUse =>
      shape.parameters.find(({ number }) => number === position + 1) ?? { number: position + 1, role: 'other' },
  );
  const drawing = {
    ...{ schema, parameters: uses, isFirstOnly: shape.hasLimit },
    takenAt: schema.snapshot.takenAt,
    enumLabels: (type: string) => schema.enumLabels(type),
    baseType: (type: string) => schema.baseType(type),
  };
  const weights = weightsOf(uses, schema);
  const all = KINDS.map((kind) => {
    const drawn = uses.map((use, position) => draw(use, types[position] ?? 'text', { ...drawing, kind }));
    const isDrawn = drawn.some((one) => one.isDrawn);
    return { kind: isDrawn ? kind : ('none' as const), weight: weights[kind], params: drawn.map(({ text }) => text) };
  });
  return merge(all);
}

/** Two that are called with the same values are one. */
function merge(bindings: readonly Binding[]): Binding[] {
  const merged: Binding[] = [];
  for (const binding of bindings) {
    const same = merged.find(({ params }) => params.every((value, position) => value === binding.params[position]));
    if (same) same.weight += binding.weight;
    else merged.push({ ...binding });
  }
  return merged;
}

/** The most uneven column that is asked for equality decides. */
function weightsOf(uses: readonly ParameterUse[], schema: SchemaIndex): Record<DrawKind, number> {
  const uneven = uses
    .filter(({ role }) => role === 'equal' || role === 'list' || role === 'containment')
    .flatMap((use) => {
      const statistics = statisticsOf(use, schema);
      return statistics ? (kindWeights(statistics) ?? []) : [];
    });
  return uneven.sort((a, b) => b.common - a.common)[0] ?? USUAL_WEIGHTS;
}

function statisticsOf({ column, table }: ParameterUse, schema: SchemaIndex): ColumnStatistics | undefined {
  if (column === undefined || !table) return undefined;
  const found = schema.column(table, column);
  return found?.inheritedStatistics ?? found?.statistics;
}

function draw(use: ParameterUse, type: string, drawing: Drawing): Drawn {
  const { kind } = drawing;
  if (use.role === 'limit') return { text: LIMIT, isDrawn: false };
  if (use.role === 'offset') return drawOffset(use, drawing);
  const made = { text: typedValue(type, drawing), isDrawn: false };
  const statistics = statisticsOf(use, drawing.schema);
  if (!statistics || statistics.redaction === 'omitted') return made;
  const stored = use.table && use.column !== undefined ? drawing.schema.column(use.table, use.column)?.type : undefined;
  if (use.role === 'pattern') return drawPattern(use, statistics, made, kind);
  if (use.role === 'containment') return drawContained(statistics, type, made, kind);
  if (use.role === 'list' && isArray(bareType(drawing.baseType(type)))) {
    const isSame = isComparable(elementType(bareType(drawing.baseType(type))), stored, drawing);
    const values = isSame ? drawList(statistics, kind, LIST_LENGTH) : [];
    return values.length > 0 ? { text: arrayLiteral(values), isDrawn: true } : made;
  }
  if (!isComparable(type, stored, drawing)) return made;
  const value = drawComparable(use, statistics, drawing);
  return value === undefined ? made : { text: value, isDrawn: use.role !== 'value' };
}

/** `$1 - interval '1 day'` has the column's type, `now() - $1` has not. */
function isComparable(type: string, stored: string | undefined, { baseType }: Drawing): boolean {
  if (stored === undefined) return false;
  const [one, other] = [familyOf(bareType(baseType(type))), familyOf(bareType(baseType(stored)))];
  return one === other;
}

const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^(text|character varying|character|bpchar|varchar|name|citext|unknown)$/, 'text'],
  [/^(smallint|integer|bigint)$/, 'whole number'],
  [/^(numeric|real|double precision)$/, 'number'],
  [/^(timestamp|date)/, 'time'],
];

function familyOf(type: string): string {
  return FAMILIES.find(([pattern]) => pattern.test(type))?.[1] ?? type;
}

function drawComparable(use: ParameterUse, statistics: ColumnStatistics, drawing: Drawing): string | undefined {
  const { isFirstOnly, kind, parameters } = drawing;
  if (use.role === 'range low' || use.role === 'range high') {
    const other = parameters.some(
      (one) =>
        one !== use &&
        one.column === use.column &&
        one.table?.table === use.table?.table &&
        one.role !== use.role &&
        one.role.startsWith('range'),
    );
    return drawBound(statistics, boundShare(use.role, kind, { hasOther: other, isFirstOnly }));
  }
  if (use.role === 'list' && use.place !== undefined) {
    const values = drawList(statistics, kind, Math.max(LIST_LENGTH, use.place + 1));
    return values[use.place % Math.max(1, values.length)];
  }
  return drawValue(statistics, kind);
}

/** With both ends: a narrow span near the newest, one in the middle, and nearly all. With one: a little, half, most. */
function boundShare(
  role: 'range low' | 'range high',
  kind: DrawKind,
  around: { hasOther: boolean; isFirstOnly: boolean },
): number {
  const isLow = role === 'range low';
  if (around.hasOther) {
    const [low, high] = { common: [0.97, 1], middle: [0.5, 0.6], rare: [0.05, 0.95] }[kind] as [number, number];
    return isLow ? low : high;
  }
  // Reading on page by page begins where most is still to come.
  const part = around.isFirstOnly
    ? { common: 0.97, middle: 0.5, rare: 0.03 }
    : { common: 0.03, middle: 0.2, rare: 0.5 };
  return isLow ? 1 - part[kind] : part[kind];
}

function drawOffset({ number }: ParameterUse, { kind }: Drawing): Drawn {
  return { text: kind === 'rare' ? String(DEEP_OFFSET) : '0', isDrawn: number > 0 };
}

/** The beginning of a value, between the signs of LIKE where the statement does not add its own. */
function drawPattern(use: ParameterUse, statistics: ColumnStatistics, made: Drawn, kind: DrawKind): Drawn {
  const value = statistics.redaction ? undefined : drawValue(statistics, kind);
  if (value === undefined || value === '') return use.isWrapped ? made : { ...made, text: 'abc%' };
  const part = value.slice(0, 3).replace(/[%_\\]/g, '');
  return { text: use.isWrapped ? part : `${part}%`, isDrawn: true };
}

/** An element of an array, a pair of a JSON object, a word of a text. */
function drawContained(statistics: ColumnStatistics, type: string, made: Drawn, kind: DrawKind): Drawn {
  const elements = statistics.commonElements ?? [];
  const place = { common: 0, middle: Math.floor(elements.length / 2), rare: elements.length - 1 }[kind];
  const element = elements[place];
  const bare = bareType(type);
  if (element !== undefined) {
    if (isArray(bare)) return { text: arrayLiteral([element]), isDrawn: true };
    if (bare === 'tsquery')
      return { text: `'${element.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`, isDrawn: true };
    if (bare === 'text') return { text: element, isDrawn: true };
  }
  if (bare === 'jsonb') {
    const pair = drawPair([...(statistics.commonValues ?? []), ...(statistics.histogram ?? [])], kind);
    return pair === undefined ? made : { text: pair, isDrawn: true };
  }
  const value = drawValue(statistics, kind);
  if (value === undefined) return made;
  if (isArray(bare)) return { text: arrayLiteral(arrayElements(value).slice(0, 1)), isDrawn: true };
  return made;
}
