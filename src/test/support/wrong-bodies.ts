/** Bodies that are almost right: a good one with one thing in it that should not be there, each with its description. */

import type { JsonSchema } from './api-document.ts';

export interface WrongBody {
  what: string;
  body: unknown;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const NUL = '\u0000';
const STRANGE_VALUES: [string, Json][] = [
  ['null', null],
  ['true', true],
  ['a number', 12.5],
  ['a large number', 1e300],
  ['a text', 'strange'],
  ['an empty text', ''],
  ['a list', []],
  ['a list of lists', [[[]]]],
  ['an object', { a: 1 }],
];

/** Strings in the places of strings, which the schema's types allow and the database might not. */
export const strangeTexts = { nul: `a${NUL}b`, long: 'x'.repeat(10_000), surrogate: 'a\ud800b' };

/** Every member and element replaced by values of other types, left out, or joined by one that nobody asked for. */
export function withStrangeValues(schema: JsonSchema, good: Json): WrongBody[] {
  const bodies: WrongBody[] = [];
  eachPlace(schema, good, (place, replace) => {
    for (const [name, value] of STRANGE_VALUES)
      bodies.push({ what: `${place} is ${name}`, body: replace(() => value) });
  });
  return bodies;
}

/** An extra member in every object that does not allow one; `__proto__` among them. */
export function withExtraMembers(schema: JsonSchema, good: Json): WrongBody[] {
  const bodies: WrongBody[] = [];
  eachPlace(schema, good, (place, replace, current) => {
    if (typeof current !== 'object' || current === null || Array.isArray(current)) return;
    bodies.push({ what: `${place} has an extra member`, body: replace(() => ({ ...current, zz_extra: 1 })) });
  });
  return bodies;
}

/** The same strange text in the place of every string, one after the other. */
export function withText(schema: JsonSchema, good: Json, text: string): WrongBody[] {
  const bodies: WrongBody[] = [];
  eachPlace(schema, good, (place, replace, current) => {
    if (typeof current === 'string') bodies.push({ what: `${place} is strange text`, body: replace(() => text) });
  });
  return bodies;
}

type Replace = (change: (current: Json) => Json) => Json;

/** Visits the body, its members and the first element of its lists, both those that are there and those that might be. */
function eachPlace(
  schema: JsonSchema,
  good: Json,
  visit: (place: string, replace: Replace, current: Json | undefined) => void,
): void {
  const walk = (part: JsonSchema, current: Json | undefined, place: string, replace: Replace): void => {
    visit(place, replace, current);
    if (Array.isArray(current)) {
      const [first] = current;
      if (first !== undefined) {
        walk(part.items ?? {}, first, `${place}.0`, (change) => replace(() => [change(first), ...current.slice(1)]));
      }
    } else if (typeof current === 'object' && current !== null) {
      for (const key of new Set([...Object.keys(part.properties ?? {}), ...Object.keys(current)])) {
        walk(part.properties?.[key] ?? {}, current[key], `${place}.${key}`, (change) =>
          replace(() => ({ ...current, [key]: change(current[key] ?? null) })),
        );
      }
    }
  };
  walk(schema, good, 'body', (change) => change(good));
}
