/**
 * Whether a statement can be ended and asked again without harm, told from its text alone: one read, that locks no rows and
 * changes nothing. What a function does behind its name cannot be seen from here; ended, it is rolled back like the rest.
 */

const NO_CODE = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\//g;
const READS = /^[\s(]*(?:select|with|values|table)\b/i;
const CHANGES = /\b(?:insert|update|delete|merge|into|share|lock|call|nextval|setval)\b/i;
const MANY = /;\s*\S/;

export function isReadOnly(text: string): boolean {
  const words = text.replace(NO_CODE, ' ');
  return READS.test(words) && !CHANGES.test(words) && !MANY.test(words);
}
