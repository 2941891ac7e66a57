/**
 * Reads a form that a page of another site has its visitor's browser post, as some sites do to bring somebody back from a
 * log-in. Only routes that say so take one: everywhere else a form is refused, since any page can post one in anybody's name.
 */

import type { FastifyInstance } from 'fastify';
import { unsupportedMediaType } from '../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    acceptsForm?: boolean;
  }
}

/** A field that comes twice is a list, as in a query. */
export function acceptForms(server: FastifyInstance): void {
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    function readForm(request, body, done) {
      if (!request.routeOptions.config.acceptsForm) return done(unsupportedMediaType());
      const form: Record<string, string | string[]> = Object.create(null);
      for (const [name, value] of new URLSearchParams(body as string)) {
        const earlier = form[name];
        if (earlier === undefined) form[name] = value;
        // Into the list that is there: a new one for each would make a form of one name ten thousand times take seconds.
        else if (Array.isArray(earlier)) earlier.push(value);
        else form[name] = [earlier, value];
      }
      done(null, form);
    },
  );
}
