import { once } from 'node:events';
import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent, request } from 'node:https';
import { connect as connectPlainly } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLogger } from '../../../main/foundation/logger.ts';
import { type HttpServer, type HttpServerOptions, route } from '../../../main/http/index.ts';
import { type Certificate, readCertificate } from '../../../main/http/tls/certificate.ts';
import { createRenewal } from '../../../main/http/tls/renewal.ts';
import { createTestCertificate, type TestCertificate } from '../../support/certificate.ts';
import { findFreePort } from '../../support/free-port.ts';
import { createTestServer } from '../../support/http.ts';

const schema = { summary: 'Says hello', response: { 200: Type.Object({ hello: Type.String() }) } };
const routes = [route('GET', '/v1/open', { access: 'public', schema }, async () => ({ hello: 'you' }))];
const first = createTestCertificate();
const second = createTestCertificate();

let folder: string;
let server: HttpServer | undefined;
let port: number;
let log: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aquifer-tls-'));
});
afterEach(async () => {
  await server?.close(100);
  server = undefined;
  await rm(folder, { recursive: true });
});

const files = () => ({ tlsCertFile: join(folder, 'cert.pem'), tlsKeyFile: join(folder, 'key.pem') });

/** As a careful program does: written beside it, then moved into its place. */
async function put({ cert, key }: Partial<TestCertificate>): Promise<void> {
  for (const [file, text] of [
    ['cert.pem', cert],
    ['key.pem', key],
  ] as const) {
    if (text === undefined) continue;
    await writeFile(join(folder, `${file}.new`), text);
    await rename(join(folder, `${file}.new`), join(folder, file));
  }
}

async function start(options: Partial<HttpServerOptions> = {}): Promise<void> {
  log = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log.push(String(chunk));
      done();
    },
  });
  server = await createTestServer(routes, {
    ...{ ...files(), baseUrl: 'https://localhost', logger: createLogger({ level: 'info', destination }) },
    ...options,
  });
  ({ port } = await server.listen('127.0.0.1', 0));
}

async function handshake(options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false, ...options });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

/** The serial number of what the server shows. */
async function shown(): Promise<string> {
  const socket = await handshake();
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

interface Asking {
  method?: string;
  path?: string;
  ca?: string;
  agent?: Agent;
  headers?: Record<string, string>;
}

async function ask(url: string, options: Asking = {}) {
  const { protocol, hostname, port: at, pathname } = new URL(url);
  const send = protocol === 'https:' ? request : plainRequest;
  const sent = send({ hostname, port: at, path: pathname, ...options });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

describe('a server with a certificate', () => {
  beforeEach(async () => {
    await put(first);
    await start();
  });

  test('speaks HTTPS, with HSTS, to who trusts it', async () => {
    const answer = await ask(`https://localhost:${port}/v1/open`, { ca: first.cert });
    expect(answer).toMatchObject({ status: 200, text: '{"hello":"you"}' });
    expect(answer.headers).toMatchObject({ 'strict-transport-security': 'max-age=31536000; includeSubDomains' });
    await expect(ask(`https://localhost:${port}/v1/open`, { ca: second.cert })).rejects.toThrow(/self.signed|verify/);
  });

  test.each([
    ['TLSv1.3', undefined],
    ['TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
    ['TLSv1.2', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  ] as const)('speaks %s %s', async (version, ciphers) => {
    const socket = await handshake({ minVersion: version, maxVersion: version, ...(ciphers ? { ciphers } : {}) });
    expect(socket.getProtocol()).toBe(version);
    expect(socket.getCipher().name).toMatch(/GCM|POLY1305/);
    socket.destroy();
  });

  test.each([
    [{ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    [{ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' }],
    [{ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-SHA' }],
  ] as const)('refuses %o', async (options) => {
    await expect(handshake(options)).rejects.toThrow();
  });

  test('a client that wants other keys is refused', async () => {
    const socket = await handshake({ maxVersion: 'TLSv1.2' });
    const outcome = new Promise((resolve) => {
      socket.renegotiate({ rejectUnauthorized: false }, (error) => resolve(error ? 'refused' : 'renegotiated'));
      socket.once('close', () => resolve('refused'));
    });
    expect(await outcome).toBe('refused');
    socket.destroy();
  }, 5_000);

  test('stops at once, also with a connection on which nobody asked anything', async () => {
    const socket = await handshake();
    const closed = once(socket, 'close');
    const startedAtMs = performance.now();
    await server?.close(60_000);
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
    await closed;
  });
});

describe('a renewed certificate', () => {
  beforeEach(async () => {
    await put(first);
    await start();
  });
  const serialOf = async ({ cert }: TestCertificate) => {
    const { X509Certificate } = await import('node:crypto');
    return new X509Certificate(cert).serialNumber;
  };

  test('is served to whoever comes next, and nobody who is there is cut', async () => {
    const agent = new Agent({ keepAlive: true, ca: first.cert });
    await ask(`https://localhost:${port}/v1/open`, { agent });
    const [socket] = Object.values(agent.freeSockets).flat();
    await put(second);
    await expect.poll(shown, { timeout: 15_000, interval: 300 }).toBe(await serialOf(second));
    const again = await ask(`https://localhost:${port}/v1/open`, { agent });
    expect(again.status).toBe(200);
    expect(Object.values(agent.freeSockets).flat()).toEqual([socket]);
    agent.destroy();
  });

  test('that cannot be served with is refused and said, and the one before it stays', async () => {
    await put({ key: second.key });
    await expect
      .poll(() => log.filter((line) => line.includes('cannot be served with')), { timeout: 15_000, interval: 300 })
      .toHaveLength(1);
    expect(log.join('')).toContain('does not belong to the first certificate');
    expect(log.join('')).not.toContain('PRIVATE KEY');
    expect(await shown()).toBe(await serialOf(first));
    await put({ cert: second.cert });
    await expect.poll(shown, { timeout: 15_000, interval: 300 }).toBe(await serialOf(second));
  });
});

test('a new pair whose time begins later is served from then on, though nobody touches it again', async () => {
  const used: Certificate[] = [];
  const refusals: unknown[] = [];
  const logger = createLogger({ level: 'silent' });
  logger.error = (reason: unknown) => refusals.push(reason);
  await put(first);
  const { tlsCertFile: certFile, tlsKeyFile: keyFile } = files();
  const current = await readCertificate({ certFile, keyFile });
  const renewal = createRenewal({
    ...{ files: { certFile, keyFile }, current, logger },
    use: (certificate) => used.push(certificate),
  });
  await put(createTestCertificate({ validFrom: new Date(Date.now() + 3_600_000) }));
  await renewal.runOnce();
  await renewal.runOnce();
  expect([used.length, refusals.length]).toEqual([0, 1]);
  const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 7_200_000);
  await renewal.runOnce();
  await renewal.runOnce();
  later.mockRestore();
  expect([used.length, refusals.length]).toEqual([1, 1]);
});

describe('the plain port', () => {
  let plain: string;
  beforeEach(async () => {
    await put(first);
    const httpRedirectPort = await findFreePort();
    await start({ baseUrl: 'https://app.example', httpRedirectPort });
    plain = `http://127.0.0.1:${httpRedirectPort}`;
  });

  test.each([
    ['/', '/'],
    ['/accounts/log-in?next=%2Fa', '/accounts/log-in?next=%2Fa'],
    ['//evil.example/x', '/evil.example/x'],
    ['/\\evil.example/x', '/evil.example/x'],
  ])('sends a person who asks for %s on to BASE_URL', async (path, target) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await ask(plain, { path, method, headers: { host: 'evil.example' } });
      expect(answer.status).toBe(308);
      expect(answer.headers).toMatchObject({ location: `https://app.example${target}`, connection: 'close' });
    }
  });

  test.each([
    ['GET', '/v1/open'],
    ['POST', '/v1/open'],
    ['GET', '/V1/open'],
    ['GET', '/%76%31/open'],
    ['GET', '//v1/open'],
    ['DELETE', '/accounts/log-in'],
    ['GET', '/openapi.json'],
    ['OPTIONS', '*'],
  ])('refuses %s %s, which a program asked for', async (method, path) => {
    const answer = await ask(plain, { method, path });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'https_required', type: '/docs/errors#https_required' });
    expect(answer.headers).not.toHaveProperty('location');
  });

  test('speaking plainly to the other port gets nothing', async () => {
    const socket = connectPlainly(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET /v1/open HTTP/1.1\r\nhost: localhost\r\n\r\n');
    let text = '';
    socket.on('data', (chunk) => (text += chunk));
    await once(socket, 'close');
    expect(text).not.toContain('hello');
  });
});

describe('a certificate that cannot be served with', () => {
  const authority = { ...createTestCertificate({ isAuthority: true, name: 'Root' }), name: 'Root' };
  const signed = createTestCertificate({ issuer: authority });

  test.each([
    ['a key of another', { cert: first.cert, key: second.key }, /does not belong/],
    ['no certificate', { cert: 'nothing', key: first.key }, /holds no certificate/],
    ['no key', { cert: first.cert, key: 'nothing' }, /holds no private key/],
    ['a broken one', { cert: first.cert.replace(/M[A-Z]/, '!!'), key: first.key }, /cannot be understood/],
    ['the authority first', { cert: authority.cert + signed.cert, key: authority.key }, /own comes first/],
    ['one of last year', createTestCertificate({ validTo: new Date(Date.now() - 1_000) }), /expired on/],
    ['one of next year', createTestCertificate({ validFrom: new Date(Date.now() + 100_000) }), /not valid before/],
  ])('%s is said before anything listens', async (_name, pair, words) => {
    await put(pair);
    await expect(start()).rejects.toMatchObject({
      code: 'certificate_unusable',
      message: expect.stringMatching(words),
    });
  });

  test('a file that is not there is named', async () => {
    await expect(start()).rejects.toThrow(/(cert|key)\.pem cannot be read/);
  });

  test('a chain is served whole, by way of links too', async () => {
    await writeFile(join(folder, 'real.pem'), signed.cert + authority.cert);
    await symlink(join(folder, 'real.pem'), join(folder, 'cert.pem'));
    await put({ key: signed.key });
    await start();
    expect((await ask(`https://localhost:${port}/v1/open`, { ca: authority.cert })).status).toBe(200);
  });

  test('one for another host is served, and said', async () => {
    await put(first);
    await start({ baseUrl: 'https://app.example' });
    expect(log.join('')).toContain('not for the host of BASE_URL');
  });
});
