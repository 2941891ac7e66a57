/**
 * Reads JSON bodies: depth is measured on the text before anything recursive sees it, and keys that could reach a
 * prototype are refused.
 */

import type { FastifyInstance } from 'fastify';
import { bodyTooDeep, malformedJson } from '../errors.ts';

const MAX_DEPTH = 32;

export function acceptJsonOnly(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, function readJson(request, body, done) {
    const text = body as string;
    if (text === '') return done(malformedJson());
    if (depthOf(text) > MAX_DEPTH) return done(bodyTooDeep(MAX_DEPTH));
    parse(request, text, (error, value) => (error ? done(malformedJson()) : done(null, value)));
  });
}

/** How deep brackets nest outside of strings; stops counting once it is too deep. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
      if (deepest > MAX_DEPTH) return deepest;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return deepest;
}
