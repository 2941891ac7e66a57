/**
 * Takes the constants out of what EXPLAIN writes of conditions and keys: what statistics and callers brought is the users' own
 * data. Names, operators, parameters and casts of columns stay, so that one still reads what is asked.
 */

/** A type as Postgres writes it behind a constant: its length, zone and brackets included. */
const TYPE =
  /::(?:"(?:[^"]|"")+"|[a-z_][\w$]*)(?:\.(?:"(?:[^"]|"")+"|[a-z_][\w$]*))?(?: varying| precision| (?:with|without) time zone)?(?:\(\d+(?:,\d+)?\))?(?: (?:with|without) time zone)?(?:\[\])*/iy;
const QUOTED = /(?:[ebx]|u&)?'(?:[^']|'')*'/iy;
/** With backslashes as escapes. */
const ESCAPED = /e'(?:[^'\\]|\\[\s\S]|'')*'/iy;
const NAME = /"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*/uy;
const PARAMETER = /\$\d+|(?:Sub|Init)Plan \d+/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/iy;

/** @param text a condition, a sort key or a list of them, as EXPLAIN writes it; constants come back as `…` */
export function withoutConstants(text: string): string {
  let shown = '';
  let at = 0;
  while (at < text.length) {
    const constant = match(ESCAPED, text, at) ?? match(QUOTED, text, at);
    if (constant !== undefined) {
      at += constant.length;
      at += match(TYPE, text, at)?.length ?? 0;
      shown += '…';
      continue;
    }
    const name = match(PARAMETER, text, at) ?? match(NAME, text, at) ?? match(TYPE, text, at);
    if (name !== undefined) {
      shown += name;
      at += name.length;
      continue;
    }
    const number = match(NUMBER, text, at);
    if (number !== undefined) {
      at += number.length;
      at += match(TYPE, text, at)?.length ?? 0;
      shown += '…';
      continue;
    }
    shown += text[at];
    at += 1;
  }
  return shown;
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Without the brackets around the whole of it. */
export function withoutOuterBrackets(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const quoted = match(QUOTED, text, at) ?? match(NAME, text, at);
    if (quoted !== undefined) {
      at += quoted.length - 1;
      continue;
    }
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0 && at < text.length - 1) return text;
  }
  return withoutOuterBrackets(text.slice(1, -1));
}
