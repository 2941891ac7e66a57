// Where to go after a log-in: an address may ask for it, and may not send anybody to another site.

/**
 * The path if it is one of this origin, otherwise null. `//host` and `/\host` are addresses of other sites to a
 * browser, and control characters are dropped by it before it looks.
 */
export function safeNext(next: unknown): string | null {
  if (typeof next !== 'string' || !next.startsWith('/')) return null;
  if (next.startsWith('//') || next.includes('\\') || hasControlCharacter(next)) return null;
  return next;
}

function hasControlCharacter(text: string): boolean {
  return Array.from(text).some((character) => character <= '\u001f' || character === '\u007f');
}
