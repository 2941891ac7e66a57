/** One good request for each operation, with whatever it needs made beforehand. A route without one fails its test. */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Answer, call, must, PASSWORD } from '../support/api-session.ts';
import { alertExamples } from './alert-examples.ts';
import { channelExamples } from './channel-examples.ts';
import { factorExamples, factorsForEveryone, factorsForUsers } from './factor-examples.ts';
import { incidentExamples } from './incident-examples.ts';
import { passkeyExamples, passkeysForEveryone, passkeysForUsers } from './passkey-examples.ts';
import { plannerExamples } from './planner-examples.ts';
import { postmortemExamples } from './postmortem-examples.ts';
import { roleExamples, rolesForUsers } from './role-examples.ts';
import { socialExamples, socialForEveryone, socialForUsers } from './social-examples.ts';
import { tokenExamples, tokensForEveryone, tokensForUsers } from './token-examples.ts';

export interface Example {
  token?: string;
  params?: Record<string, string>;
  body?: unknown;
  /** For what can be done but once: the answer it had. */
  answered?: Answer;
}

export interface Person {
  id: string;
  email: string;
  token: string;
}

export interface World {
  url: string;
  databaseUrl: string;
  operator: string;
  firstOperator: Answer;
  person: Person;
  stranger: Person;
}

const OTHER_PASSWORD = 'nine amber ladders hum';
const newEmail = () => `${randomUUID()}@example.com`;

export async function createWorld(url: string, databaseUrl: string, setupLink: string | null): Promise<World> {
  const token = /#token=(\S+)$/.exec(setupLink ?? '')?.[1] ?? '';
  const body = { token, email: 'operator@example.com', password: PASSWORD };
  const firstOperator = await call(url, 'POST', '/v1/accounts/first-operator', { body });
  const operator = (firstOperator.body as { token: string }).token;
  const beginning = { url, databaseUrl, operator };
  const fields = [
    { name: 'title', type: 'text', required: true, indexed: true },
    { name: 'number', type: 'number', indexed: true },
    { name: 'done', type: 'boolean' },
    { name: 'due', type: 'timestamp', indexed: true },
    { name: 'more', type: 'json' },
    { name: 'parent', type: 'reference', target: 'notes' },
  ];
  await must(url, 'POST', '/v1/data/collections', { token: operator, body: { name: 'notes', fields } });
  return { ...beginning, firstOperator, person: await newPerson(beginning), stranger: await newPerson(beginning) };
}

export async function newPerson(
  { url, operator }: Pick<World, 'url' | 'operator'>,
  role: 'user' | 'operator' = 'user',
): Promise<Person> {
  const email = newEmail();
  const body = { email, password: PASSWORD, role };
  const { user } = await must<{ user: { id: string } }>(url, 'POST', '/v1/accounts/users', { token: operator, body });
  const opened = await must<{ token: string }>(url, 'POST', '/v1/accounts/log-in', {
    body: { email, password: PASSWORD },
  });
  return { id: user.id, email, token: opened.token };
}

interface Mail {
  id: string;
  to: string;
  text: string;
}

/** Waits for the newest mail to an address that has a link in it. */
async function mailTo({ url, operator }: World, email: string, link: string): Promise<Mail> {
  for (let attempt = 0; attempt < 100; attempt += 1, await sleep(50)) {
    const { mails } = await must<{ mails: Mail[] }>(url, 'GET', '/v1/accounts/mailbox', { token: operator });
    const found = mails.find((mail) => mail.to === email && mail.text.includes(link));
    if (found) return found;
  }
  throw new Error(`no mail came to ${email}`);
}

const secretIn = ({ text }: Mail) => /#token=([\w-]+)/.exec(text)?.[1] ?? '';

async function signUpLink(world: World): Promise<string> {
  const email = newEmail();
  await must(world.url, 'POST', '/v1/accounts/sign-up', { body: { email, password: PASSWORD } });
  return secretIn(await mailTo(world, email, '/accounts/verify'));
}

async function resetLink(world: World): Promise<string> {
  const { email } = await newPerson(world);
  await must(world.url, 'POST', '/v1/accounts/password/forgot', { body: { email } });
  return secretIn(await mailTo(world, email, '/accounts/reset-password'));
}

const GOOD_RECORD = { title: 'a', number: 1.5, done: true, due: '2026-01-31T12:00:00Z', more: { a: ['b'] } };

async function newRecord({ url, person }: World): Promise<Required<Pick<Example, 'token' | 'params'>>> {
  const { token } = person;
  const { record } = await must<{ record: { id: string } }>(url, 'POST', '/v1/data/records/notes', {
    token,
    body: GOOD_RECORD,
  });
  return { token, params: { collection: 'notes', id: record.id } };
}

async function newCollection({ url, operator }: World): Promise<string> {
  const name = `c_${randomUUID().slice(0, 8)}`;
  await must(url, 'POST', '/v1/data/collections', { token: operator, body: { name, fields: [] } });
  return name;
}

async function otherSession({ url, person }: World): Promise<string> {
  const body = { email: person.email, password: PASSWORD };
  const { session } = await must<{ session: { id: string } }>(url, 'POST', '/v1/accounts/log-in', { body });
  return session.id;
}

/** Who may call what, said a second time: a route that is opened to more people by mistake differs from this. */
const forEveryone = new Set([
  ...['postAccountsSignUp', 'postAccountsVerifyEmail', 'postAccountsVerifyEmailResend', 'postAccountsLogIn'],
  ...['postAccountsLogOut', 'postAccountsPasswordForgot', 'postAccountsPasswordReset', 'getAccountsSettings'],
  ...['getAccountsFirstOperator', 'postAccountsFirstOperator'],
  ...factorsForEveryone,
  ...passkeysForEveryone,
  ...tokensForEveryone,
  ...socialForEveryone,
]);
const forUsers = new Set([
  ...['getAccountsMe', 'patchAccountsMe', 'postAccountsPasswordChange', 'getAccountsSessions'],
  ...['deleteAccountsSessions', 'deleteAccountsSessionsById', 'postAccountsSessionsRotate'],
  ...factorsForUsers,
  ...passkeysForUsers,
  ...tokensForUsers,
  ...rolesForUsers,
  ...socialForUsers,
  ...['postDataRecordsByCollection', 'getDataRecordsByCollection', 'getDataRecordsByCollectionById'],
  ...['patchDataRecordsByCollectionById', 'deleteDataRecordsByCollectionById'],
]);

/** What is in neither list is for operators. */
export function accessTo({ id }: { id: string }): 'public' | 'user' | 'operator' {
  if (forEveryone.has(id)) return 'public';
  return forUsers.has(id) ? 'user' : 'operator';
}

type MakeExample = (world: World) => Example | Promise<Example>;

const accountExamples: Record<string, MakeExample> = {
  postAccountsSignUp: () => ({ body: { email: newEmail(), password: PASSWORD, name: 'Ada', transport: 'bearer' } }),
  postAccountsVerifyEmail: async (world) => ({ body: { token: await signUpLink(world), transport: 'bearer' } }),
  postAccountsVerifyEmailResend: () => ({ body: { email: newEmail() } }),
  postAccountsLogIn: async (world) => ({ body: { email: (await newPerson(world)).email, password: PASSWORD } }),
  postAccountsLogOut: async (world) => ({ token: (await newPerson(world)).token }),
  postAccountsPasswordForgot: () => ({ body: { email: newEmail() } }),
  postAccountsPasswordReset: async (world) => ({
    body: { token: await resetLink(world), newPassword: OTHER_PASSWORD },
  }),
  postAccountsFirstOperator: ({ firstOperator }) => ({
    body: { token: 'x'.repeat(43), email: newEmail(), password: PASSWORD, name: 'Olga' },
    answered: firstOperator,
  }),
  patchAccountsMe: ({ person }) => ({ token: person.token, body: { name: 'Ada' } }),
  postAccountsPasswordChange: async (world) => ({
    token: (await newPerson(world)).token,
    body: { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD },
  }),
  deleteAccountsSessions: async (world) => ({ token: (await newPerson(world)).token }),
  deleteAccountsSessionsById: async (world) => ({
    token: world.person.token,
    params: { id: await otherSession(world) },
  }),
  postAccountsSessionsRotate: async (world) => ({ token: (await newPerson(world)).token }),
  postAccountsUsers: ({ operator }) => ({
    token: operator,
    body: { email: newEmail(), password: PASSWORD, name: 'Ada', role: 'user' },
  }),
  getAccountsUsersById: ({ operator, person }) => ({ token: operator, params: { id: person.id } }),
  patchAccountsUsersById: async (world) => ({
    token: world.operator,
    params: { id: (await newPerson(world)).id },
    body: { disabled: true, role: 'user', name: 'Ada' },
  }),
  getAccountsUsersByIdSessions: ({ operator, person }) => ({ token: operator, params: { id: person.id } }),
  deleteAccountsUsersByIdSessions: async (world) => ({
    token: world.operator,
    params: { id: (await newPerson(world)).id },
  }),
  getAccountsMailboxById: async (world) => {
    const email = newEmail();
    await must(world.url, 'POST', '/v1/accounts/sign-up', { body: { email, password: PASSWORD } });
    return { token: world.operator, params: { id: (await mailTo(world, email, '/accounts/verify')).id } };
  },
};

const dataExamples: Record<string, MakeExample> = {
  postDataCollections: ({ operator }) => ({
    token: operator,
    body: {
      name: `c_${randomUUID().slice(0, 8)}`,
      fields: [{ name: 'of', type: 'reference', required: true, indexed: true, target: 'notes' }],
    },
  }),
  getDataCollectionsByCollection: ({ operator }) => ({ token: operator, params: { collection: 'notes' } }),
  deleteDataCollectionsByCollection: async (world) => ({
    token: world.operator,
    params: { collection: await newCollection(world) },
  }),
  postDataCollectionsByCollectionFields: async (world) => ({
    token: world.operator,
    params: { collection: await newCollection(world) },
    body: { name: 'size', type: 'number', required: false, indexed: true },
  }),
  getDataCollectionsByCollectionRecords: async (world) => {
    await newRecord(world);
    return { token: world.operator, params: { collection: 'notes' } };
  },
  postDataRecordsByCollection: ({ person }) => ({
    token: person.token,
    params: { collection: 'notes' },
    body: GOOD_RECORD,
  }),
  getDataRecordsByCollection: async (world) => {
    await newRecord(world);
    return { token: world.person.token, params: { collection: 'notes' } };
  },
  getDataRecordsByCollectionById: newRecord,
  patchDataRecordsByCollectionById: async (world) => ({ ...(await newRecord(world)), body: GOOD_RECORD }),
  deleteDataRecordsByCollectionById: newRecord,
};

async function newRule({ operator, url }: World): Promise<string> {
  const body = { name: 'long reads', conditions: { olderThanMs: 60_000 } };
  const { rule } = await must<{ rule: { id: string } }>(url, 'POST', '/v1/monitor/rules', { token: operator, body });
  return rule.id;
}

/** A session of the test's own that may be ended. */
async function newDatabaseSession({ databaseUrl, operator }: World): Promise<Required<Omit<Example, 'answered'>>> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'a forgotten session' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query("set timezone = 'UTC'");
  const { rows } = await client.query<{ pid: string; backendStart: string; queryStart: string }>(
    `select pid::text, backend_start::text as "backendStart", query_start::text as "queryStart"
     from pg_stat_activity where pid = pg_backend_pid()`,
  );
  const [{ pid, backendStart, queryStart }] = rows as [(typeof rows)[0]];
  return { token: operator, params: { pid }, body: { backendStart, queryStart, how: 'terminate' } };
}

const ruleExamples: Record<string, MakeExample> = {
  postMonitorRules: ({ operator }) => ({
    token: operator,
    body: {
      name: 'long reads',
      conditions: { olderThanMs: 60_000, lane: 'bulk' },
      ...{ scope: 'own', mode: 'warn', action: 'cancel', mayEndMaintenance: false, dryRun: false },
    },
  }),
  putMonitorRulesById: async (world) => ({
    token: world.operator,
    params: { id: await newRule(world) },
    body: { mode: 'enforce', mayEndMaintenance: false, dryRun: false },
  }),
  deleteMonitorRulesById: async (world) => ({ token: world.operator, params: { id: await newRule(world) } }),
  getMonitorRulesByIdRehearsal: async (world) => ({ token: world.operator, params: { id: await newRule(world) } }),
  postMonitorSessionsByPidEnd: newDatabaseSession,
};

const queryExamples: Record<string, MakeExample> = {
  getMonitorQueriesById: ({ operator }) => ({ token: operator, params: { id: 'everything-else' } }),
};

const examples: Record<string, MakeExample> = {
  ...accountExamples,
  ...dataExamples,
  ...ruleExamples,
  ...queryExamples,
  ...alertExamples,
  ...channelExamples,
  ...incidentExamples,
  ...postmortemExamples,
  ...plannerExamples,
  ...passkeyExamples,
  ...factorExamples,
  ...roleExamples,
  ...tokenExamples,
  ...socialExamples,
};

/** What can be asked without anything made beforehand needs no example of its own. */
export async function exampleFor(
  world: World,
  operation: { id: string; method: string; pathParameters: readonly string[]; body: unknown },
): Promise<Example> {
  const make = examples[operation.id];
  if (make) return make(world);
  const isPlain = operation.pathParameters.length === 0 && operation.body === undefined;
  if (isPlain) return { token: world.operator };
  throw new Error(`There is no example of ${operation.id}: add one to route-examples.ts.`);
}
