/**
 * What pg_stat_statements took out of a text left its types with it: `extract(year from d)` has become `extract($1 from d)`, and of
 * `sum(case when c then $1 else $2 end)` or `$1 - $2` Postgres cannot tell what is added. This gives such texts back a meaning: the most likely one.
 */

/** Anything that every date has will do: what is planned does not depend on which. */
const FIELD = 'year';
const NUMBER = 'numeric';

/** Where a field stood, there can be no parameter at all. Those behind it move up: Postgres refuses a gap. */
export function restoreFields(text: string): string {
  const restored = text.replace(/\bextract\s*\(\s*\$\d+(\s+from\b)/gi, `extract(${FIELD}$1`);
  return restored === text ? text : closeGaps(restored);
}

/**
 * The same text with parameters taken for numbers where only constants meet: for one that Postgres could not plan as it is. Nothing
 * where there is no such place.
 */
export function withGuessedNumbers(text: string): string | undefined {
  const guessed = text
    .replace(/\b(then|else)(\s+)(\$\d+)(?!\s*::|\d)/gi, `$1$2$3::${NUMBER}`)
    .replace(/(\$\d+)(\s*[-+*/]\s*)(\$\d+)(?!\s*::|\d)/g, `$1::${NUMBER}$2$3::${NUMBER}`);
  return guessed === text ? undefined : guessed;
}

function closeGaps(text: string): string {
  const numbers = [...new Set([...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)))].sort(
    (a, b) => a - b,
  );
  const places = new Map(numbers.map((number, index) => [number, index + 1]));
  return text.replace(/\$(\d+)/g, (_, number: string) => `$${places.get(Number(number))}`);
}
