/**
 * A statement's identity without its constants, for statements that nobody declared. One pass over the text, then a
 * look-up by the text itself: nothing is parsed on the hot path.
 */

import { createHash } from 'node:crypto';
import { changesSession } from './session-state.ts';

const MAX_CACHED_TEXTS = 5_000;
/** A longer text (a bulk insert with its values written out) is cut; what makes statements differ stands in front. */
const MAX_TEXT_LENGTH = 20_000;
const MAX_NAME_LENGTH = 80;

/**
 * Literals, parameters, comments and white space, each as one alternative; quoted names are kept as they are. What has no
 * end in a text that was cut ends with the text.
 */
const TOKENS =
  /\be'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|'(?:[^']|'')*(?:'|$)|\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"]|"")*"|\$\d+|\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b|\s+/gi;
const LIST = /\(\s*\?(?:\s*,\s*\?)+\s*\)/g;
/** One of a list that happens to have one only. */
const LIST_OF_ONE = /\bin \(\s*\?\s*\)/g;
const ROWS = /(\(\?\+?\))(?:\s*,\s*\(\?\+?\))+/g;

export interface Fingerprint {
  /** Eleven characters, the same for the same shape. */
  readonly id: string;
  /** The shape: constants as `?`, lists as `(?+)`, one line. */
  readonly text: string;
  /** What people read: the shape, or its beginning and the id. */
  readonly name: string;
  /** It leaves something behind in its session, such as a setting or a lock. */
  readonly changesSession: boolean;
}

const byText = new Map<string, Fingerprint>();
const byShape = new Map<string, Fingerprint>();
/** Those whose name shows only their beginning. */
const byCutName = new Map<string, Fingerprint>();

export function fingerprintOf(text: string): Fingerprint {
  const known = byText.get(text);
  if (known) return known;
  const shape = shapeOf(text.length > MAX_TEXT_LENGTH ? text.slice(0, MAX_TEXT_LENGTH) : text);
  let fingerprint = byShape.get(shape);
  if (!fingerprint) {
    const id = createHash('sha256').update(shape).digest('base64url').slice(0, 11);
    const name = shape.length <= MAX_NAME_LENGTH ? shape : `${shape.slice(0, MAX_NAME_LENGTH)}… (${id})`;
    fingerprint = Object.freeze({ id, text: shape, name, changesSession: changesSession(shape) });
    remember(byShape, shape, fingerprint);
    if (name !== shape) remember(byCutName, name, fingerprint);
  }
  remember(byText, text, fingerprint);
  return fingerprint;
}

/** The one of that name, while it is remembered: the name of a long statement shows only its beginning. */
export function fingerprintNamed(name: string): Fingerprint | undefined {
  return byCutName.get(name) ?? byShape.get(name);
}

/** Forgets the oldest half when full: what is in use comes back with its next call. */
function remember(cache: Map<string, Fingerprint>, key: string, value: Fingerprint): void {
  if (cache.size >= MAX_CACHED_TEXTS) {
    let surplus = MAX_CACHED_TEXTS / 2;
    for (const oldest of cache.keys()) {
      if (surplus-- <= 0) break;
      cache.delete(oldest);
    }
  }
  cache.set(key, value);
}

export function shapeOf(text: string): string {
  return text
    .replace(TOKENS, (token) => {
      const first = token.charCodeAt(0);
      if (first === 0x22) return token;
      if (token.startsWith('--') || token.startsWith('/*') || token.trim() === '') return ' ';
      return '?';
    })
    .replace(/[^"]+|"(?:[^"]|"")*"/g, (part) => (part.startsWith('"') ? part : part.toLowerCase()))
    .replace(/ +/g, ' ')
    .replace(LIST, '(?+)')
    .replace(LIST_OF_ONE, 'in (?+)')
    .replace(ROWS, '$1, …')
    .trim();
}
