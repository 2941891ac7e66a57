/** The OpenAPI document as a list of operations, which is how a test of every route sees the server. */

import type { Method } from './api-session.ts';

export interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  maxLength?: number;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  [keyword: string]: unknown;
}

export interface Operation {
  id: string;
  method: Method;
  /** With its parameters in braces. */
  path: string;
  access: 'public' | 'user' | 'operator';
  pathParameters: string[];
  queryParameters: { name: string; schema: JsonSchema }[];
  body: JsonSchema | undefined;
  /** What a success may look like, by status; undefined where it has no body or no JSON. */
  answers: Map<number, JsonSchema | undefined>;
}

interface DocumentedOperation {
  operationId: string;
  description: string;
  security: unknown[];
  parameters?: { in: string; name: string; schema: JsonSchema }[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { content?: Record<string, { schema: JsonSchema }> }>;
}

export async function readOperations(url: string): Promise<Operation[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, DocumentedOperation>>;
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, documented]) =>
      toOperation(path, method.toUpperCase() as Method, documented),
    ),
  );
}

function toOperation(path: string, method: Method, documented: DocumentedOperation): Operation {
  const { operationId, parameters = [], requestBody, responses } = documented;
  const successes = Object.entries(responses).filter(([status]) => /^(2\d\d|303)$/.test(status));
  return {
    ...{ id: operationId, method, path },
    access: accessOf(documented),
    pathParameters: parameters.filter((one) => one.in === 'path').map(({ name }) => name),
    queryParameters: parameters.filter((one) => one.in === 'query').map(({ name, schema }) => ({ name, schema })),
    body: requestBody?.content['application/json']?.schema,
    answers: new Map(successes.map(([status, { content }]) => [Number(status), content?.['application/json']?.schema])),
  };
}

function accessOf({ security, description }: DocumentedOperation): Operation['access'] {
  if (security.length === 0) return 'public';
  return description.includes('Operators only.') ? 'operator' : 'user';
}

/** The path with its parameters filled in. */
export function fillPath(path: string, values: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(values[name] ?? ''));
}

/** The schema with every object closed that does not say it is open: what is not documented is then a fault. */
export function closed(schema: JsonSchema): JsonSchema {
  const inner = { ...schema };
  if (schema.properties) {
    inner.properties = Object.fromEntries(Object.entries(schema.properties).map(([key, one]) => [key, closed(one)]));
    inner.additionalProperties = schema.additionalProperties ?? false;
  }
  if (schema.items) inner.items = closed(schema.items);
  if (schema.anyOf) inner.anyOf = schema.anyOf.map(closed);
  return inner;
}
