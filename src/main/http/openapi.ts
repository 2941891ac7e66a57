/** The OpenAPI 3.1 document, made from the routes' own schemas, and the page that shows it. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { permissionOf } from './middleware/access.ts';
import type { Route } from './route.ts';

const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'One sentence for a person.' }),
    code: Type.String({ description: 'A stable name; see docs/api/errors.md.' }),
    requestId: Type.String({ description: 'Quote it when you ask for help.' }),
    errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
    retryAfterSeconds: Type.Optional(Type.Integer()),
  },
  { description: 'RFC 9457 problem details', additionalProperties: true },
);

const securityByAccess = {
  public: [],
  user: [{ cookie: [] }, { bearer: [] }],
  operator: [{ cookie: [] }, { bearer: [] }],
};

export async function describeApi(server: FastifyInstance, version: string, sessionCookie: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Aquifer',
        version,
        description: 'Accounts, data and a database that guards itself. Errors are RFC 9457 problem details.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          cookie: { type: 'apiKey', in: 'cookie', name: sessionCookie },
        },
      },
    },
  });
}

/** What Fastify needs to know of a route, for checking, for sending and for the document. */
export function toFastifySchema(route: Route): FastifySchema {
  const { summary, description, params, query, body, response, errors = [] } = route.schema;
  const [tag = 'http'] = wordsOf(route.path);
  const access = { public: 'Anyone may call it.', user: 'Asks for a session.', operator: 'Operators only.' }[
    route.access
  ];
  const permission = route.access === 'public' ? null : permissionOf(route);
  const opening = permission === null || route.stepUp ? '' : ` An API key needs the scope ${permission}.`;
  const granted = permission === null || route.access === 'user' ? '' : ` A role with ${permission} opens it, too.`;
  const refusals = errors.length === 0 ? '' : ` Refuses with: ${errors.join(', ')}.`;
  return {
    summary,
    description: `${description ? `${description} ` : ''}${access}${granted}${opening}${refusals}`,
    operationId: operationId(route),
    tags: [tag],
    security: securityByAccess[route.access],
    ...(params ? { params } : {}),
    ...(query ? { querystring: withOptionalDefaults(query) } : {}),
    ...(body ? { body } : {}),
    response: {
      ...successes(response),
      '4xx': problemResponse('Refused.'),
      '5xx': problemResponse('Overload or a fault.'),
    },
  } as FastifySchema;
}

/** What has a default may be left out: it is set before anything is asked for. */
function withOptionalDefaults(query: TSchema): TSchema {
  const { properties = {}, required = [] } = query as { properties?: Record<string, TSchema>; required?: string[] };
  const asked = required.filter((name) => !(properties[name] && 'default' in properties[name]));
  return { ...query, required: asked } as TSchema;
}

function successes(response: Route['schema']['response']): Record<string, unknown> {
  const said: Record<string, string> = { 204: 'Done.', 303: 'Goes on at the address in Location.' };
  const empty = (status: string) => ({ description: said[status] ?? 'Accepted.', type: 'null' });
  return Object.fromEntries(
    Object.entries(response).map(([status, schema]) => [status, schema ?? empty(status)] satisfies [string, unknown]),
  );
}

function problemResponse(description: string) {
  return { description, content: { 'application/problem+json': { schema: Problem as TSchema } } };
}

function operationId({ method, path }: Route): string {
  const named = wordsOf(path)
    .map((word) => word.replace(/^:/, 'by-'))
    .join('-');
  return `${method.toLowerCase()}-${named}`.replace(/-([a-zA-Z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** Without the version, which an application's own paths need not have. */
function wordsOf(path: string): string[] {
  const words = path.split('/').filter((word) => word !== '');
  const named = words[0] === 'v1' ? words.slice(1) : words;
  // `/.well-known/jwks.json` has marks that no name of an operation can have.
  return named.map((word) => word.replace(/^\.|\.json$/g, ''));
}

const REFERENCE_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Aquifer API reference</title>
  </head>
  <body>
    <script id="api-reference" data-url="/openapi.json" data-configuration='{"withDefaultFonts":false,"hideClientButton":true,"telemetry":false}'></script>
    <script src="/docs/reference.js"></script>
  </body>
</html>`;

/** The reference sets its styles at run time and compiles small templates; no other page is given as much room. */
const REFERENCE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

export function serveReference(server: FastifyInstance): void {
  const hidden = { schema: { hide: true } };
  server.get('/openapi.json', hidden, async () => server.swagger());
  server.get('/docs', hidden, async (_request, reply) =>
    reply.header('content-security-policy', REFERENCE_POLICY).type('text/html; charset=utf-8').send(REFERENCE_PAGE),
  );
  let script: Promise<Buffer> | undefined;
  const file = new URL('js/standalone.js', import.meta.resolve('@scalar/fastify-api-reference'));
  server.get('/docs/reference.js', hidden, async (_request, reply) => {
    // Read once: it is large, and whoever asks need not be known.
    script ??= readFile(fileURLToPath(file));
    return reply
      .header('cache-control', 'public, max-age=86400')
      .type('text/javascript; charset=utf-8')
      .send(await script);
  });
}
