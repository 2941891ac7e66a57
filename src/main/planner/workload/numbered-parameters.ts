/**
 * Gives a text whose constants were taken out (`?`, `(?+)`) parameters that Postgres can plan: `$1`, `$2`, …. What cannot be known
 * any more is set to what is most likely: a list has ten values, a row as many as its columns, `order by ?` was a place.
 */

import { restoreFields } from './guessed-types.ts';

const LIST_LENGTH = 10;
const TYPED_LITERALS = 'interval|timestamptz|timestamp|date|time|numeric|uuid|inet|jsonb|json|regclass';
const MARKS = /"(?:[^"]|"")*"|\(\?\+\)|\?(?=[|&]\s|\s*\$)|\?/g;

/** A text from a fingerprint, with numbered parameters. */
export function numberParameters(shape: string): string {
  let number = 0;
  const next = () => `$${++number}`;
  const prepared = restorePlaces(dropRepeatedRows(shape));
  const numbered = prepared.replace(MARKS, (mark, at: number) => {
    if (mark.startsWith('"')) return mark;
    if (mark === '?') return isOperator(prepared, at) ? mark : next();
    return `(${Array.from({ length: listLength(prepared.slice(0, at)) }, next).join(', ')})`;
  });
  return castTypedLiterals(numbered);
}

/**
 * A text of pg_stat_statements, which numbers its parameters itself. Lists of any length stand there as one value and a comment,
 * and a literal with its type before it (`interval $1`) is no SQL any more.
 */
export function repairServerText(text: string): string {
  let last = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  const listed = text.replace(/(\$\d+) \/\*, \.\.\. \*\//g, (_, first: string) => {
    const others = Array.from({ length: LIST_LENGTH - 1 }, () => `$${++last}`);
    return [first, ...others].join(', ');
  });
  return castTypedLiterals(restoreFields(listed));
}

/** `jsonb ? 'key'` became `jsonb ? ?`: of two marks in a row the first is the operator. */
function isOperator(text: string, at: number): boolean {
  return (
    /^\?[|&]?\s*(\?|\$|array\b|\(\?)/.test(text.slice(at)) &&
    /[\w)"\]]\s*$/.test(text.slice(0, at)) &&
    !isAfterWord(text, at)
  );
}

/** Behind one of these a value begins, not an operator. */
function isAfterWord(text: string, at: number): boolean {
  return /\b(select|where|and|or|not|in|limit|offset|then|else|when|between|like|ilike|by|values|set|returning|on|any|all|interval)\s*$/.test(
    text.slice(0, at),
  );
}

/** `values (?+), …` and `in (?+), …` stand for more of the same. */
function dropRepeatedRows(shape: string): string {
  return shape.replace(/(\(\?\+?\)), …/g, '$1');
}

function listLength(before: string): number {
  const columns = /insert into [^(]*\(([^()]*)\)\s*(?:overriding \w+ value\s*)?values\s*$/.exec(before)?.[1];
  if (columns !== undefined) return columns.split(',').length;
  const row = /\(([^()]*)\)\s*(?:=|<>|<=|>=|<|>)\s*$/.exec(before)?.[1];
  if (row !== undefined) return row.split(',').length;
  if (/\bin\s*$/.test(before)) return LIST_LENGTH;
  return 2;
}

/** `order by ? desc, ?` was written with places: a constant orders nothing. */
function restorePlaces(shape: string): string {
  return shape.replace(
    /\b(order by|group by) ((?:\?(?: (?:asc|desc))?(?: nulls (?:first|last))?(?:, )?)+)(?=$|\s|\))/g,
    (_, clause: string, list: string) => {
      let place = 0;
      return `${clause} ${list.replaceAll('?', () => String(++place))}`;
    },
  );
}

function castTypedLiterals(text: string): string {
  return text.replace(new RegExp(`\\b(${TYPED_LITERALS}) (\\$\\d+)`, 'gi'), '$2::$1');
}
