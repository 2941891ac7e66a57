/**
 * A fuzzer made from the OpenAPI document: sequences of requests at random, right ones and nearly right ones, by everybody,
 * with the ids that earlier answers gave out. Whatever is sent, no answer is a fault of ours, none is undocumented, none
 * shows a secret, and the server is well afterwards. AQUIFER_FUZZ_RUNS makes it longer, AQUIFER_FUZZ_SEED another.
 */

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { type App, startApp } from '../../main/app.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import { fillPath, type Operation, readOperations } from '../support/api-document.ts';
import { type Answer, call } from '../support/api-session.ts';
import { createTestDatabase } from '../support/database.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { nearlyRightValue, rightValue } from '../support/schema-arbitrary.ts';
import { createWorld, newPerson, type Person, type World } from './route-examples.ts';

const RUNS = Number(process.env.AQUIFER_FUZZ_RUNS ?? 800);
const SEED = Number(process.env.AQUIFER_FUZZ_SEED ?? 20_261_123);
const MAX_IDS = 200;
/** In no answer and no error: what a stored secret looks like. */
const SECRETS = /\$argon2|"\w*(?:password|token|key|code|secret)_?hash":|"type":"Buffer"|BEGIN [A-Z ]*PRIVATE KEY/i;
/** Fields of SQL in an error say that Postgres' own words came through. */
const SQL_WORDS = /aquifer_(?:accounts|data|monitor)\.|syntax error at or near|violates [a-z-]+ constraint/i;

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
      ...{ DATABASE_URL: database.url, PORT: '0', HASH_THREADS: '1', TRUSTED_PROXIES: 'loopback' },
      // What ends the process or waits for the wall clock is not what is looked for here.
      AQUIFER_SAMPLER: 'false',
    },
    logger: createLogger({ level: 'error', destination }),
  });
  atEndOfFile(() => app.stop());
  world = await createWorld(app.url, database.url, app.setupLink);
  operations = await readOperations(app.url);
  people = { operator: await newPerson(world, 'operator'), person: world.person, stranger: world.stranger };
});

interface Step {
  operation: Operation;
  who: 'operator' | 'person' | 'stranger' | 'nobody';
  body: unknown;
  query: string;
  /** Which of the ids seen so far stands in the path. */
  pick: number;
  network: number;
}

const stepArbitrary = (operation: Operation): fc.Arbitrary<Step> => {
  const { body, queryParameters } = operation;
  const parameters = queryParameters.map(({ name, schema }) =>
    fc
      .option(fc.oneof(rightValue(schema), nearlyRightValue(schema)), { nil: undefined, freq: 2 })
      .map((value) => (value === undefined ? '' : `${name}=${encodeText(value)}`)),
  );
  return fc.record({
    operation: fc.constant(operation),
    who: fc.constantFrom('operator', 'person', 'stranger', 'nobody'),
    body: body
      ? fc.oneof({ weight: 3, arbitrary: rightValue(body) }, { weight: 2, arbitrary: nearlyRightValue(body) })
      : fc.constant(undefined),
    query: fc.tuple(...parameters).map((all) => all.filter((one) => one !== '').join('&')),
    pick: fc.nat(),
    network: fc.nat(65_535),
  }) as fc.Arbitrary<Step>;
};

/** Half a surrogate cannot stand in a URL. */
function encodeText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\u{fffd}'));
}

/** Ids of every kind of thing, as answers gave them out: the next step may be another user's, who must not get through. */
class SeenIds {
  readonly #ids: string[] = [randomUUID()];
  readonly #never: ReadonlySet<string>;

  constructor(never: readonly string[]) {
    this.#never = new Set(never);
  }

  keep(body: unknown): void {
    for (const [id] of JSON.stringify(body ?? '').matchAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)) {
      if (this.#ids.includes(id) || this.#never.has(id)) continue;
      this.#ids.push(id);
      if (this.#ids.length > MAX_IDS) this.#ids.shift();
    }
  }

  pick(number: number): string {
    return this.#ids[number % this.#ids.length] as string;
  }
}

const roles = { operator: 'operator', person: 'user', stranger: 'user' } as const;
let people: Record<keyof typeof roles, Person>;

/** Sessions end by what is fuzzed, and users with them: then there is another, made by the first operator, whom nothing reaches. */
async function tokenOf(who: Step['who']): Promise<string | undefined> {
  if (who === 'nobody') return undefined;
  const { status, body } = await call(world.url, 'GET', '/v1/accounts/me', { token: people[who].token });
  const isGood = status === 200 && (body as { user: { role: string } }).user.role === roles[who];
  if (!isGood) people[who] = await newPerson(world, roles[who]);
  return people[who].token;
}

function faultsIn({ operation, who }: Step, { status, body }: Answer): string[] {
  const text = JSON.stringify(body ?? '');
  const faults: string[] = [];
  if (status >= 500 && status !== 503) faults.push('a fault of ours');
  if (status >= 200 && status < 300 && !operation.answers.has(status)) faults.push('an undocumented success');
  if (operation.access === 'operator' && who !== 'operator' && status < 400)
    faults.push('it let in who is no operator');
  if (operation.access !== 'public' && who === 'nobody' && status !== 401) faults.push('it let in nobody');
  if (SECRETS.test(text)) faults.push('it shows a secret');
  if (status >= 400 && SQL_WORDS.test(text)) faults.push('it shows SQL');
  return faults.map((fault) => `${fault}: ${status} ${text.slice(0, 300)}`);
}

test('whatever is sent, by whomever: no fault of ours, nothing undocumented, no secret', {
  timeout: 600_000,
}, async () => {
  const { user, session } = (world.firstOperator.body ?? {}) as Record<'user' | 'session', { id: string }>;
  const ids = new SeenIds([user.id, session.id]);
  const reached = new Map<string, Set<number>>();
  const one = fc.constantFrom(...operations).chain(stepArbitrary);
  const send = async (step: Step): Promise<string[]> => {
    const { operation, who, body, query, pick, network } = step;
    const params = Object.fromEntries(operation.pathParameters.map((name) => [name, ids.pick(pick)]));
    const path = `${fillPath(operation.path, { ...params, ...('collection' in params ? { collection: 'notes' } : {}) })}`;
    const headers = { 'x-forwarded-for': `2001:db8:${network.toString(16)}::1` };
    const token = await tokenOf(who);
    const answer = await call(world.url, operation.method, `${path}${query && `?${query}`}`, { token, body, headers });
    ids.keep(answer.body);
    const statuses = reached.get(operation.id) ?? new Set();
    reached.set(operation.id, statuses.add(answer.status));
    return faultsIn(step, answer);
  };
  await fc.assert(
    fc.asyncProperty(one, async (step) => {
      expect(await send(step), `${step.who}: ${step.operation.method} ${step.operation.path}`).toEqual([]);
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
  expect(logged).toEqual([]);
  const asked = operations.filter(({ id }) => reached.has(id)).length;
  expect(asked / operations.length).toBeGreaterThan(0.9);
  // And it is well.
  const { status } = await call(world.url, 'GET', '/health/ready');
  expect(status).toBe(200);
});
