/** Text as Postgres takes it, also within JSON: without NUL characters, and without halves of a character where it was cut. */

export function storableText(text: string, lengthMax = Number.POSITIVE_INFINITY): string {
  const cut = text.length <= lengthMax ? text : `${text.slice(0, lengthMax)}…`;
  return cut.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\uFFFD');
}
