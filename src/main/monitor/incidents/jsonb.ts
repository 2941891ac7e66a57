/**
 * JSON as Postgres takes it: half a surrogate pair and the character NUL are valid in JSON and refused by jsonb, and one of them in a
 * sentence must not keep all that waits behind it from being written.
 */

/** An escape that stands for itself, and not for a backslash before it. */
const NOT_TAKEN = /(?<!\\)((?:\\\\)*)\\u(?:d[89a-f][0-9a-f]{2}|0000)/g;

export function toJsonb(value: unknown): string {
  return JSON.stringify(value).replace(NOT_TAKEN, '$1\ufffd');
}
