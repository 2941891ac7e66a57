// sqlmap tries to inject SQL through every query parameter and text of a body that the OpenAPI document names, as an operator,
// who may ask everything. What it finds would be readable by whoever may ask.

import { join } from 'node:path';
import { run } from './hydra.js';

const LIMIT_PER_TARGET_MS = 180_000;
/** Ids are checked to be uuids before any SQL; streams have no end. */
const LEFT_OUT = /stream|live|\/v1\/monitor\/channels\/\{id\}/;
const NOTHING_FOUND = /do not appear to be injectable|does not seem to be injectable|no parameter\(s\) found/;

export async function injectSql(program, { url, operator, user, folder, ask }) {
  const { body: document } = await ask('GET', '/openapi.json');
  const targets = [...readTargets(document), ...bodies(user)];
  const found = [];
  for (const { name, path, parameters, data, token = operator } of targets) {
    const output = await run(
      program,
      [
        ...['-u', `${url}${path}`, '-p', parameters.join(','), '--batch', '--level=2', '--risk=2', '--technique=BEU'],
        ...[
          '--dbms=PostgreSQL',
          '--threads=4',
          '--flush-session',
          '--disable-coloring',
          '--skip-waf',
          '--ignore-code=*',
        ],
        ...['--headers', `Authorization: Bearer ${token}`, '--output-dir', join(folder, 'sqlmap')],
        ...(data === undefined
          ? []
          : ['--data', data, '--headers', `Authorization: Bearer ${token}\nContent-Type: application/json`]),
      ],
      { timeout: LIMIT_PER_TARGET_MS },
    );
    const injected = output.match(/^Parameter: .*$/gm) ?? [];
    for (const one of injected) found.push(`${name}: ${one}`);
    if (injected.length === 0 && !NOTHING_FOUND.test(output)) {
      found.push(`${name}: sqlmap did not finish: ${output.trim().split('\n').slice(-3).join(' ').slice(0, 300)}`);
    }
  }
  const count = targets.reduce((sum, { parameters }) => sum + parameters.length, 0);
  return { tried: `${count} parameters of ${targets.length} operations.`, found };
}

/** Every GET with parameters, filled with values that are right. */
function readTargets({ paths }) {
  return Object.entries(paths).flatMap(([path, { get }]) => {
    const parameters = (get?.parameters ?? []).filter((one) => one.in === 'query' && isText(one.schema));
    if (parameters.length === 0 || LEFT_OUT.test(path) || path.includes('{id}')) return [];
    const query = parameters.map(({ name, schema }) => `${name}=${encodeURIComponent(valueFor(schema))}`).join('&');
    const filled = path.replace('{collection}', 'notes').replaceAll(/\{\w+\}/g, 'notes');
    return [{ name: `GET ${path}`, path: `${filled}?${query}`, parameters: parameters.map(({ name }) => name) }];
  });
}

/** A list of allowed words, or a number, cannot hold SQL: the schema refuses it, which another test shows for all of them. */
const isText = ({ type, enum: words, format }) => type === 'string' && !words && !format;
const valueFor = ({ default: usual, examples }) => usual ?? examples?.[0] ?? 'a';

function bodies(user) {
  const as = (name, path, data, parameters, token) => ({ name, path, data: JSON.stringify(data), parameters, token });
  return [
    as('POST log-in', '/v1/accounts/log-in', { email: 'a@example.com', password: 'b' }, ['email', 'password']),
    as('POST forgot', '/v1/accounts/password/forgot', { email: 'a@example.com' }, ['email']),
    as('POST record', '/v1/data/records/notes', { title: 'a', number: 1 }, ['title', 'number'], user),
  ];
}
