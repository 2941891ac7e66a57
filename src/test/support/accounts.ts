/** Accounts behind a real HTTP server and a database of their own, with what a test asks of them over and over. */

import { Writable } from 'node:stream';

import { type Accounts, type AccountsDependencies, createAccounts } from '../../main/accounts/index.ts';
import type { Mail, User } from '../../main/accounts/schema.ts';
import { createDatabase, type Database, PoolTracker, type StatementOutcome } from '../../main/database/index.ts';
import { type Clock, systemClock } from '../../main/foundation/clock.ts';
import { type Config, readConfig } from '../../main/foundation/config.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import { type HttpServer, SESSION_COOKIE } from '../../main/http/index.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { createTestServer } from './http.ts';

/** What `inject` answers with. */
export type Response = Awaited<ReturnType<HttpServer['fastify']['inject']>>;

/** Long enough, known to nobody, and nothing about anyone's name. */
export const GOOD_PASSWORD = 'seven green kettles sing';
export const OTHER_PASSWORD = 'nine amber ladders hum';
export const BASE_URL = 'http://localhost:8400';

export interface Ask {
  body?: unknown;
  token?: string;
  cookie?: string;
  ip?: string;
  headers?: Record<string, string>;
}

export interface AccountsApp {
  readonly accounts: Accounts;
  readonly config: Config;
  readonly database: Database;
  readonly testDatabase: TestDatabase;
  readonly server: HttpServer;
  /** Every line that was logged. */
  readonly log: string[];
  /** The names of the statements that ran, in order; transactions' boundaries too. */
  readonly statements: string[];
  /** `POST /v1/accounts/log-in` is `ask('POST', 'log-in', …)`. */
  ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, ask?: Ask): Promise<Response>;
  /** Writes and sends the mail that waits. */
  sendMail(): Promise<void>;
  runService(name: string): Promise<void>;
  /** All mail to an address, newest first. */
  mailsTo(email: string): Promise<Mail[]>;
  /** The secret of the link in the newest mail to an address. */
  linkTokenFor(email: string): Promise<string>;
  /** A new user by way of sign-up and the link in the mail. */
  signUp(email: string, password?: string): Promise<{ user: User; token: string }>;
  logIn(email: string, password?: string, ask?: Ask): Promise<string>;
  operator(): Promise<{ user: User; token: string }>;
  /**
   * Makes a race that is one: locks rows, starts the work, waits until at least two of it stand before the lock, lets go.
   */
  race<Result>(lock: string, params: unknown[], start: () => Promise<Result>[]): Promise<Result[]>;
  /** Runs SQL of the test's own. */
  sql<Row extends object>(text: string, params?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

class Recorder extends PoolTracker {
  readonly names: string[] = [];
  override statementEnded({ statement }: StatementOutcome): void {
    this.names.push(statement);
  }
}

export interface AccountsAppOptions {
  environment?: Record<string, string>;
  clock?: Clock;
  trustedProxies?: string[];
  /** What stands in for the records of users. */
  ownRecords?: AccountsDependencies['ownRecords'];
}

export async function createAccountsApp(options: AccountsAppOptions = {}): Promise<AccountsApp> {
  const testDatabase = await createTestDatabase();
  const config = readConfig({ HASH_THREADS: '2', ...options.environment });
  const log: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log.push(String(chunk));
      done();
    },
  });
  const logger = createLogger({ level: 'trace', destination });
  const tracker = new Recorder();
  const database = createDatabase({ connectionString: testDatabase.url, maxConnections: 20, logger, tracker });
  const accounts = createAccounts({
    config,
    database,
    logger,
    secretKey: 'a key for tests',
    clock: options.clock ?? systemClock,
    ...(options.ownRecords ? { ownRecords: options.ownRecords } : {}),
  });
  const server = await createTestServer(accounts.routes, {
    ...{ baseUrl: config.baseUrl, logger, authenticate: accounts.authenticate },
    onDenied: accounts.auditTrail.noteDenied,
    trustedProxies: options.trustedProxies ?? [],
  });
  return new RunningApp({ accounts, config, database, testDatabase, server, log, statements: tracker.names });
}

type Running = Pick<AccountsApp, 'accounts' | 'config' | 'database' | 'testDatabase' | 'server' | 'log' | 'statements'>;

class RunningApp implements AccountsApp {
  readonly accounts: Accounts;
  readonly config: Config;
  readonly database: Database;
  readonly testDatabase: TestDatabase;
  readonly server: HttpServer;
  readonly log: string[];
  readonly statements: string[];
  #client: Promise<import('pg').Client> | undefined;
  #operator: { user: User; token: string } | undefined;

  constructor(running: Running) {
    this.accounts = running.accounts;
    this.config = running.config;
    this.database = running.database;
    this.testDatabase = running.testDatabase;
    this.server = running.server;
    this.log = running.log;
    this.statements = running.statements;
  }

  ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, ask: Ask = {}): Promise<Response> {
    const { body, token, cookie, ip, headers } = ask;
    return this.server.fastify.inject({
      method,
      url: `/v1/accounts/${path}`,
      ...(ip === undefined ? {} : { remoteAddress: ip }),
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(cookie === undefined ? {} : { cookie: `${SESSION_COOKIE}=${cookie}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body as object }),
    });
  }

  async runService(name: string): Promise<void> {
    const service = this.accounts.services.find((one) => one.name === name);
    if (!service) throw new Error(`there is no service ${name}`);
    await service.runOnce();
  }

  sendMail(): Promise<void> {
    return this.runService('outbox');
  }

  mailsTo(email: string): Promise<Mail[]> {
    return this.sql<Mail>(
      `select id, recipient as to, subject, template, body_text as text, body_html as html
       from aquifer_accounts.mailbox where recipient = $1 order by id desc`,
      [email],
    );
  }

  async linkTokenFor(email: string): Promise<string> {
    await this.sendMail();
    const [mail] = await this.mailsTo(email);
    return tokenIn(mail?.text ?? '');
  }

  async signUp(email: string, password = GOOD_PASSWORD): Promise<{ user: User; token: string }> {
    const answer = await this.ask('POST', 'sign-up', { body: { email, password } });
    if (answer.statusCode !== 202) throw new Error(`sign-up answered ${answer.body}`);
    const verified = await this.ask('POST', 'verify-email', { body: { token: await this.linkTokenFor(email) } });
    if (verified.statusCode !== 200) throw new Error(`verification answered ${verified.body}`);
    return verified.json();
  }

  async logIn(email: string, password = GOOD_PASSWORD, ask: Ask = {}): Promise<string> {
    const answer = await this.ask('POST', 'log-in', { ...ask, body: { email, password } });
    if (answer.statusCode !== 200) throw new Error(`log-in answered ${answer.body}`);
    return answer.json().token;
  }

  async operator(): Promise<{ user: User; token: string }> {
    if (this.#operator) return this.#operator;
    const email = 'operator@example.com';
    const user = await this.accounts.createUser({ email, password: GOOD_PASSWORD, role: 'operator' });
    this.#operator = { user, token: await this.logIn(email) };
    return this.#operator;
  }

  async race<Result>(lock: string, params: unknown[], start: () => Promise<Result>[]): Promise<Result[]> {
    const locker = await connect(this.testDatabase.url);
    try {
      await locker.query('begin');
      await locker.query(lock, params);
      const work = Promise.all(start());
      const waiting = `select count(1)::integer as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      for (const deadlineMs = Date.now() + 1_500; Date.now() < deadlineMs; ) {
        if (((await this.sql<{ n: number }>(waiting))[0]?.n ?? 0) >= 2) break;
        await new Promise((wake) => setTimeout(wake, 5));
      }
      // Time for more of them to arrive.
      await new Promise((wake) => setTimeout(wake, 200));
      await locker.query('rollback');
      return await work;
    } finally {
      await locker.end();
    }
  }

  async sql<Row extends object>(text: string, params: unknown[] = []): Promise<Row[]> {
    this.#client ??= connect(this.testDatabase.url);
    const { rows } = await (await this.#client).query(text, params);
    return rows as Row[];
  }

  async close(): Promise<void> {
    await this.server.close(1_000);
    for (const service of this.accounts.services) await service.stop();
    await this.accounts.stop();
    await this.database.close();
    await (await this.#client)?.end();
    await this.testDatabase.drop();
  }
}

async function connect(url: string): Promise<import('pg').Client> {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

export function tokenIn(text: string): string {
  const token = /#token=([A-Za-z0-9_-]{43})/.exec(text)?.[1];
  if (token === undefined) throw new Error(`there is no link in: ${text}`);
  return token;
}

/** The session's token in a Set-Cookie header; empty where the cookie was cleared. */
export function cookieIn(response: Response): string | undefined {
  const cookie = response.cookies.find(({ name }) => name === SESSION_COOKIE);
  return cookie?.value;
}

/** What must not differ between two answers: everything but the id of the request and the time. */
export function comparable(response: Response): unknown {
  const { date: _date, 'x-request-id': _id, ...headers } = response.headers;
  const body = response.body.replace(/"requestId":"[^"]*"/, '');
  return { status: response.statusCode, headers, body };
}
