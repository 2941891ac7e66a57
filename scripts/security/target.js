// A server of this build to be attacked: on the loopback, with a folder of its own, an operator, a user and some records.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { root } from '../install.js';
import { Fault } from '../terminal.js';

const START_LIMIT_MS = 60_000;
export const OPERATOR = { email: 'operator@example.com', password: 'nine amber ladders hum' };
export const USER = { email: 'ursula@example.com', password: 'sevengreenkettlessing' };

/** Its certificate is signed by nobody but itself. */
const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });

/**
 * @returns `url`, `port`, `operator` and `user` (session tokens), `folder` for a tool's files, `ask(method, path, options)`
 */
export async function startTarget({ isTls }) {
  const folder = mkdtempSync(join(tmpdir(), 'aquifer-security-'));
  const port = await freePort();
  const url = `${isTls ? 'https' : 'http'}://localhost:${port}`;
  const tls = isTls ? makeCertificate(folder) : {};
  const { child, setupLink } = await startServer(folder, { PORT: String(port), BASE_URL: url, ...tls });
  const target = { url, port, folder, ask: (method, path, options) => ask(url, method, path, options) };
  const stop = () => stopServer(child, folder);
  try {
    return { ...target, ...(await populate(target, setupLink)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function populate({ ask: askTarget }, setupLink) {
  const token = /#token=(\S+)/.exec(setupLink)?.[1];
  const first = await askTarget('POST', '/v1/accounts/first-operator', { body: { ...OPERATOR, token } });
  const operator = first.body.token;
  await askTarget('POST', '/v1/accounts/users', { token: operator, body: { ...USER, role: 'user' } });
  const signed = await askTarget('POST', '/v1/accounts/log-in', { body: USER });
  const user = signed.body.token;
  const fields = [
    { name: 'title', type: 'text', required: true, indexed: true },
    { name: 'number', type: 'number', indexed: true },
  ];
  await askTarget('POST', '/v1/data/collections', { token: operator, body: { name: 'notes', fields } });
  await askTarget('POST', '/v1/data/records/notes', { token: user, body: { title: 'first', number: 1 } });
  return { operator, user };
}

async function ask(url, method, path, { token, body, headers } = {}) {
  const response = await fetch(`${url}${path}`, {
    ...{ method, dispatcher, redirect: 'manual' },
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
}

function startServer(folder, settings) {
  const environment = { ...process.env, HOST: '127.0.0.1', AQUIFER_DATA_DIR: join(folder, 'data'), ...settings };
  const program = join(root, 'dist', 'main', 'cli', 'main.js');
  const child = spawn(process.execPath, [program, 'start'], { cwd: folder, env: environment });
  let output = '';
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => fail('it did not start in time'), START_LIMIT_MS);
    const fail = (why) => {
      clearTimeout(limit);
      child.kill('SIGKILL');
      reject(new Fault(`The server to be attacked: ${why}.\n${output}`));
    };
    const read = (chunk) => {
      output += chunk;
      const link = /https?:\S+#token=\S+/.exec(output)?.[0];
      if (link === undefined) return;
      clearTimeout(limit);
      resolve({ child, setupLink: link });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => fail(`it ended with ${code}`));
  });
}

async function stopServer(child, folder) {
  if (child.exitCode === null) {
    const ended = new Promise((wake) => child.once('exit', wake));
    child.removeAllListeners('exit');
    child.once('exit', () => undefined);
    const gone = new Promise((wake) => child.once('close', wake));
    child.kill('SIGTERM');
    await Promise.race([ended, gone]);
  }
  rmSync(folder, { recursive: true, force: true });
}

function makeCertificate(folder) {
  const key = join(folder, 'key.pem');
  const certificate = join(folder, 'certificate.pem');
  const about = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-days', '30'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', certificate, ...about], { stdio: 'ignore' });
  return { TLS_CERT_FILE: certificate, TLS_KEY_FILE: key };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
