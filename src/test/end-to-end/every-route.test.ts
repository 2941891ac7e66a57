/**
 * Every operation of the OpenAPI document, asked rightly and wrongly in all ways that can be made from its schema. A new
 * route is covered without a line here; at most it wants an example of a good request.
 */

import { randomUUID } from 'node:crypto';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp } from '../../main/app.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import { closed, fillPath, type JsonSchema, type Operation, readOperations } from '../support/api-document.ts';
import { type Answer, call, type Request } from '../support/api-session.ts';
import { createTestDatabase } from '../support/database.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import {
  strangeTexts,
  type WrongBody,
  withExtraMembers,
  withStrangeValues,
  withText,
} from '../support/wrong-bodies.ts';
import { accessTo, createWorld, type Example, exampleFor, type World } from './route-examples.ts';
import { socialEnvironment } from './social-examples.ts';
import { TOKEN_AUDIENCE } from './token-examples.ts';

/** One mistake shows itself in many answers. */
const FAULTS_SHOWN = 10;
const LIMIT = { timeout: 60_000 };

let app: App;
let world: World;
let operations: Operation[];
const logged: string[] = [];

beforeAll(async () => {
  const database = await createTestDatabase();
  atEndOfFile(() => database.drop());
  const destination = { write: (line: string) => void logged.push(line) };
  app = await startApp({
    environment: {
      ...socialEnvironment(),
      JWT_AUDIENCES: TOKEN_AUDIENCE,
      DATABASE_URL: database.url,
      PORT: '0',
      HASH_THREADS: '1',
    },
    logger: createLogger({ level: 'error', destination }),
  });
  atEndOfFile(() => app.stop());
  world = await createWorld(app.url, database.url, app.setupLink);
  operations = await readOperations(app.url);
  expect(operations.length).toBeGreaterThan(40);
});

const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);

const nameOf = ({ method, path }: Operation) => `${method} ${path}`;

/** Sends it, and adds to the faults whatever no answer may have. */
async function send(faults: string[], operation: Operation, request: Request & { path: string }): Promise<Answer> {
  const answer = await call(world.url, operation.method, request.path, request);
  const { status, headers, body } = answer;
  const fault = (what: string) => faults.push(`${nameOf(operation)}: ${what} (${status} ${JSON.stringify(body)})`);
  if (!headers.get('x-request-id')) fault('no x-request-id');
  if (headers.get('cache-control') !== 'no-store') fault(`cache-control is ${headers.get('cache-control')}`);
  if (headers.get('x-content-type-options') !== 'nosniff') fault('no nosniff');
  if (!headers.get('content-security-policy')?.includes("default-src 'none'")) fault('no policy');
  if (status >= 500) fault('a fault of ours');
  if (status >= 400) {
    if (headers.get('content-type') !== 'application/problem+json') fault('is no problem+json');
    const { requestId, code, type } = body as Record<string, string>;
    if (requestId !== headers.get('x-request-id')) fault('another id in the body than in the header');
    if (type !== `/docs/errors#${code}`) fault('the type does not name the code');
  }
  return answer;
}

const pathOf = (operation: Operation, { params = {} }: Example) => fillPath(operation.path, params);

/** For each operation, one after the other: what is wrong with its answers. */
async function faultsOf(
  chosen: readonly Operation[],
  look: (operation: Operation, faults: string[]) => Promise<void>,
): Promise<string[]> {
  const faults: string[] = [];
  for (const operation of chosen) await look(operation, faults);
  return faults.slice(0, FAULTS_SHOWN);
}

describe('asked rightly', () => {
  test('each answers as it is documented, and with nothing beyond', LIMIT, async () => {
    const faults = await faultsOf(operations, async (operation, found) => {
      const example = await exampleFor(world, operation);
      const request = { path: pathOf(operation, example), token: example.token, body: example.body };
      const { status, body } = example.answered ?? (await send(found, operation, request));
      const schema = operation.answers.get(status);
      if (!operation.answers.has(status))
        found.push(`${nameOf(operation)}: undocumented ${status} ${JSON.stringify(body)}`);
      else if (schema && body !== undefined && !ajv.validate(closed(schema), body)) {
        found.push(`${nameOf(operation)}: ${ajv.errorsText()} ${JSON.stringify(body)}`);
      }
    });
    expect(faults).toEqual([]);
  });
});

describe('asked by the wrong person', () => {
  const anyParams = { id: randomUUID(), collection: 'notes' };

  test('without a session, or with one that is none: 401 unless it is public', LIMIT, async () => {
    const faults = await faultsOf(operations, async (operation, found) => {
      for (const token of [undefined, 'x'.repeat(43), strangeTexts.long]) {
        const { status } = await send(found, operation, { path: fillPath(operation.path, anyParams), token });
        if ((status === 401) !== (accessTo(operation) !== 'public')) found.push(`${nameOf(operation)}: ${status}`);
      }
    });
    expect(faults).toEqual([]);
  });

  test('the reference says who may', () => {
    for (const operation of operations) {
      expect({ [operation.id]: operation.access }).toEqual({ [operation.id]: accessTo(operation) });
    }
  });

  test('with a user’s session: 403 where operators only may ask', LIMIT, async () => {
    const faults = await faultsOf(
      operations.filter((operation) => accessTo(operation) === 'operator'),
      async (operation, found) => {
        const path = fillPath(operation.path, anyParams);
        const { status } = await send(found, operation, { path, token: world.person.token });
        if (status !== 403) found.push(`${nameOf(operation)}: ${status}`);
      },
    );
    expect(faults).toEqual([]);
  });

  test('with another user’s session: what is there looks exactly like what is not', LIMIT, async () => {
    const owned = operations.filter((one) => accessTo(one) === 'user' && one.pathParameters.includes('id'));
    expect(owned.length).toBeGreaterThan(3);
    const faults = await faultsOf(owned, async (operation, found) => {
      const example = await exampleFor(world, operation);
      const { token } = world.stranger;
      const ask = (params: Record<string, string>) =>
        send(found, operation, { path: fillPath(operation.path, params), token, body: example.body });
      const theirs = await ask(example.params ?? {});
      const nobodys = await ask({ ...example.params, id: randomUUID() });
      if (theirs.status !== 404) found.push(`${nameOf(operation)}: ${theirs.status}`);
      expect(withoutRequest(theirs)).toEqual(withoutRequest(nobodys));
      // It is there still, for its owner.
      const { status } = await send(found, operation, {
        path: pathOf(operation, example),
        token: example.token,
        body: example.body,
      });
      if (status >= 300) found.push(`${nameOf(operation)}: its owner got ${status}`);
    });
    expect(faults).toEqual([]);
  });
});

function withoutRequest({ status, headers, body }: Answer): unknown {
  const kept = [...headers].filter(([name]) => !['x-request-id', 'date', 'ratelimit'].includes(name));
  return { status, headers: kept, body: { ...(body as object), requestId: '' } };
}

describe('asked with a body that is wrong', () => {
  const withBody = () => operations.filter(({ body }) => body !== undefined);

  /** Sends each body made from a good one; what the schema refuses has to be refused. */
  async function faultsOfBodies(make: (schema: JsonSchema, good: never) => WrongBody[], isAlwaysRefused: boolean) {
    return faultsOf(withBody(), async (operation, found) => {
      const schema = operation.body as JsonSchema;
      const example = await exampleFor(world, operation);
      for (const { what, body } of make(schema, example.body as never)) {
        const request = { path: pathOf(operation, example), token: example.token, body };
        const answer = await send(found, operation, request);
        const mustRefuse = isAlwaysRefused || !ajv.validate(schema, body);
        if (mustRefuse && answer.status < 400)
          found.push(`${nameOf(operation)}: ${what} is taken with ${answer.status}`);
      }
    });
  }

  test('malformed, too deep, no JSON, not said to be JSON', LIMIT, async () => {
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
    const texts = ['', '{', '{"a":}', 'null', '[]', '"a"', '0', '{"__proto__":{"a":1}}', deep, '\u0000'];
    const faults = await faultsOf(withBody(), async (operation, found) => {
      const example = await exampleFor(world, operation);
      const path = pathOf(operation, example);
      for (const text of texts) {
        const { status } = await send(found, operation, { path, token: example.token, text });
        if (status < 400) found.push(`${nameOf(operation)}: ${text.slice(0, 20)} is taken with ${status}`);
      }
      const headers = { 'content-type': 'text/plain' };
      const { status } = await send(found, operation, { path, token: example.token, text: '{}', headers });
      if (status !== 415) found.push(`${nameOf(operation)}: text/plain is ${status}`);
    });
    expect(faults).toEqual([]);
  });

  test('values of other types in every place', LIMIT, async () => {
    expect(await faultsOfBodies(withStrangeValues, false)).toEqual([]);
  });

  test('a member that nobody asked for', LIMIT, async () => {
    // What a json field holds is the user's own.
    const make = (schema: JsonSchema, good: never) =>
      withExtraMembers(schema, good).filter(({ what }) => !what.startsWith('body.more'));
    expect(await faultsOfBodies(make, true)).toEqual([]);
  });

  test('a NUL character in every text', LIMIT, async () => {
    expect(await faultsOfBodies((schema, good) => withText(schema, good, strangeTexts.nul), true)).toEqual([]);
  });

  test('ten thousand characters, or half a character, in every text', LIMIT, async () => {
    expect(await faultsOfBodies((schema, good) => withText(schema, good, strangeTexts.long), false)).toEqual([]);
    expect(await faultsOfBodies((schema, good) => withText(schema, good, strangeTexts.surrogate), false)).toEqual([]);
  });
});

describe('asked at a wrong address', () => {
  const words = ['x', 'not-a-uuid', '0', '-1', '%00', '%FF', '%', '..%2F..', '%F0%9F%92%A7', 'x'.repeat(600), "'--"];
  const nobodyHas = (text: string) => text !== '0';

  test('ids and names that are none', LIMIT, async () => {
    const faults = await faultsOf(
      operations.filter(({ pathParameters }) => pathParameters.length > 0),
      async (operation, found) => {
        const example = await exampleFor(world, operation);
        for (const name of operation.pathParameters) {
          for (const word of words) {
            const path = pathOf({ ...operation, path: operation.path.replace(`{${name}}`, '@@') }, example);
            const { token, body } = example;
            const { status } = await send(found, operation, { path: path.replace('@@', word), token, body });
            if (status < 400) found.push(`${nameOf(operation)}: ${name}=${word} is ${status}`);
          }
        }
      },
    );
    expect(faults).toEqual([]);
  });

  test('parameters that are none', LIMIT, async () => {
    const faults = await faultsOf(
      operations.filter(({ queryParameters }) => queryParameters.length > 0),
      async (operation, found) => {
        const example = await exampleFor(world, operation);
        const ask = async (query: string) => {
          const path = `${pathOf(operation, example)}?${query}`;
          return (await send(found, operation, { path, token: example.token })).status;
        };
        for (const { name, schema } of operation.queryParameters) {
          for (const word of [...words.filter(nobodyHas), 'eyJhIjoxfQ', 'AAAA', '', '1e9', '99999999999999999999']) {
            const status = await ask(`${name}=${word}`);
            // One may search for anything, or ask for any route or scope, and find nothing.
            if (status < 400 && !['search', 'route', 'scope'].includes(name))
              found.push(`${nameOf(operation)}: ${name}=${word} ${status}`);
          }
          if ((await ask(`${name}=1&${name}=2`)) < 400) found.push(`${nameOf(operation)}: ${name} twice`);
          if (schema.maxLength && (await ask(`${name}=${'x'.repeat(schema.maxLength + 1)}`)) < 400) {
            found.push(`${nameOf(operation)}: ${name} is too long`);
          }
        }
        if ((await ask('zz_extra=1')) < 400) found.push(`${nameOf(operation)}: takes zz_extra`);
      },
    );
    expect(faults).toEqual([]);
  });
});

test('nothing of all this was written to the log as a fault of ours', () => {
  expect(logged).toEqual([]);
});
