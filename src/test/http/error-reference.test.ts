/** docs/api/errors.md against the source: each code that can be thrown is explained, with its status, and no other. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { AppError, type ErrorKind } from '../../main/foundation/errors.ts';
import { readErrorEntries, serveErrorReference } from '../../main/http/error-reference.ts';
import { toProblem } from '../../main/http/error-response.ts';

const main = fileURLToPath(new URL('../../main', import.meta.url));
const page = readFileSync(fileURLToPath(new URL('../../../docs/api/errors.md', import.meta.url)), 'utf8');
const entries = readErrorEntries(page);

/** What is thrown in these places ends the process or a command, and is never an answer. */
const WITHOUT_ANSWER =
  /^(cli\/|database\/(budget\/|embedded\/|migrate\.ts)|foundation\/config\.ts|http\/(application-routes|server|tls\/certificate)\.ts|planner\/snapshot\/|accounts\/(protection\/(check-)?breached-file|social\/(provider-file|atproto\/client))\.ts)/;
const MISUSE = new Set<ErrorKind>(['invalid', 'unprocessable']);
/** `aquifer start` is given its address and its certificate by settings and exits with 1 whatever is wrong. */
const ONLY_AT_START = new Set(['address_refused', 'certificate_unusable']);
/** The server neither plans natively nor tries migrations; the commands do both. */
const ONLY_OF_COMMANDS = new Set(['native_twin_refused', 'migration_refused']);

interface Thrown {
  code: string;
  status: string;
  path: string;
}

/** `new AppError('kind', 'code', …)`, and the same two as the beginning of a row in a table of refusals. */
const LITERAL = /(?:new AppError\(|\[)\s*'([a-z_]+)',\s*'([a-z_]+)',/g;
/** The pool's refusals have their code from this table, and are all overload but one. */
const POOL_CODES = /const codes: Record<RefusalReason, string> = \{([^}]+)\}/;
const COMPUTED = /new AppError\(\s*[^\s']/;

const kinds: Record<ErrorKind, true> = {
  invalid: true,
  unauthenticated: true,
  forbidden: true,
  not_found: true,
  conflict: true,
  too_large: true,
  unsupported: true,
  unprocessable: true,
  rate_limited: true,
  internal: true,
  overloaded: true,
  timeout: true,
};

const sources = readdirSync(main, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !path.startsWith('console/') && !path.startsWith('client/'))
  .map((path) => ({ path, text: readFileSync(`${main}/${path}`, 'utf8') }));

function statusOf(kind: ErrorKind, code: string, path: string): string {
  if (!WITHOUT_ANSWER.test(path) && !ONLY_OF_COMMANDS.has(code))
    return String(toProblem(new AppError(kind, code, ''), '').status);
  return MISUSE.has(kind) && !ONLY_AT_START.has(code) ? 'exit 2' : 'exit 1';
}

function thrownIn({ path, text }: { path: string; text: string }): Thrown[] {
  const literal = [...text.matchAll(LITERAL)]
    .filter(([, kind = '']) => kind in kinds)
    .map(([, kind = '', code = '']) => ({ code, status: statusOf(kind as ErrorKind, code, path), path }));
  const [, table = ''] = POOL_CODES.exec(text) ?? [];
  const ofPool = [...table.matchAll(/: '([a-z_]+)'/g)]
    // Who goes away is told by a function of its own.
    .filter(([, code]) => code !== 'caller_gone')
    .map(([, code = '']) => ({ code, status: code === 'nested_checkout' ? '500' : '503', path }));
  return [...literal, ...ofPool];
}

const thrown = sources.flatMap(thrownIn);

test('every code in the source is on the page', () => {
  const documented = new Set(entries.map(({ code }) => code));
  expect(thrown.length).toBeGreaterThan(80);
  expect(thrown.filter(({ code }) => !documented.has(code))).toEqual([]);
});

test('every code on the page is in the source', () => {
  const existing = new Set(thrown.map(({ code }) => code));
  expect(entries.map(({ code }) => code).filter((code) => !existing.has(code))).toEqual([]);
});

test('each is explained once, with the status it is answered with', () => {
  const statusByCode = new Map(entries.map(({ code, status }) => [code, status]));
  expect(statusByCode.size).toBe(entries.length);
  expect(thrown.filter(({ code, status }) => statusByCode.get(code) !== status)).toEqual([]);
});

test('no row of a table of codes is written so that it is not read', () => {
  const rows = page.split('\n').filter((line) => /^\|\s*`[a-z0-9_]+`\s*\|/.test(line) && line.split(' | ').length > 2);
  expect(rows.length).toBe(entries.length);
  expect(entries.flatMap(({ meaning, remedy }) => [meaning, remedy]).filter((text) => !text.endsWith('.'))).toEqual([]);
});

test('codes are computed in two files only, whose tables are read above', () => {
  // A refusal from the planner's thread arrives with the code that it was thrown with there.
  const isPassingOn = (path: string) => path === 'planner/jobs/messages.ts';
  const computing = sources
    .filter(({ path, text }) => COMPUTED.test(text) && !isPassingOn(path))
    .map(({ path }) => path);
  expect(computing).toEqual(['database/refusal.ts', 'database/sql-state.ts']);
});

test('codes that routes announce are on the page', () => {
  const documented = new Set(entries.map(({ code }) => code));
  const announced = sources
    .flatMap(({ text }) => [...text.matchAll(/errors: \[([^\]]*)\]/g)])
    .flatMap(([, list = '']) => [...list.matchAll(/'([a-z_]+)'/g)])
    .map(([, code = '']) => code);
  expect(announced.length).toBeGreaterThan(20);
  expect(announced.filter((code) => !documented.has(code))).toEqual([]);
});

test('the server shows the page, with an anchor for each code', async () => {
  const server = fastify();
  serveErrorReference(server);
  const answer = await server.inject('/docs/errors');
  expect(answer.statusCode).toBe(200);
  for (const { code } of entries) expect(answer.body).toContain(`id="${code}"`);
  expect(answer.body).not.toContain('`');
});
