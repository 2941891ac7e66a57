import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createGuardedFetch, type GuardedFetchOptions, isPublicAddress } from '../../main/foundation/guarded-fetch.ts';

/** What names mean in these tests; a list of answers is one after the other, as of a name that changes its mind. */
const names = new Map<string, string[][]>();
let lookUps = 0;

vi.mock('node:dns/promises', async (original) => {
  const real = await original<typeof import('node:dns/promises')>();
  return {
    ...real,
    lookup: async (host: string, options: object) => {
      lookUps += 1;
      const answers = names.get(host);
      if (!answers) return real.lookup(host, options);
      const said = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
      return said.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    },
  };
});

let server: Server;
let port: number;
let answer: (response: ServerResponse) => void = (response) => void response.end('{"a":1}');
let asked = 0;

beforeAll(async () => {
  server = createServer((_request, response) => {
    asked += 1;
    answer(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

const bounds = { timeoutMs: 10_000, maxBytes: 1_000 } satisfies GuardedFetchOptions;
const local = { ...bounds, allowsPrivateNetwork: true, allowsHttp: true };
const problemOf = (url: string, options: GuardedFetchOptions): Promise<string> =>
  createGuardedFetch(options)(url).then(
    () => 'none',
    (error: { problem?: string }) => error.problem ?? String(error),
  );

describe('isPublicAddress', () => {
  test.each(['1.1.1.1', '93.184.215.14', '2606:4700:4700::1111', '::ffff:1.1.1.1', '[2606:4700:4700::1111]'])(
    '%s is public',
    (ip) => expect(isPublicAddress(ip)).toBe(true),
  );

  test.each([
    ...['127.0.0.1', '127.1.2.3', '0.0.0.0', '10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254'],
    ...['100.64.0.1', '192.0.2.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '240.0.0.1'],
    ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1'],
    ...['::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '[::ffff:10.0.0.1]', '64:ff9b::a9fe:a9fe', '2002:a00:1::', '2001::1'],
    ...['', 'localhost', '127.1', '0x7f000001', '2130706433', '017700000001'],
  ])('reg/I1-%s is not', (ip) => expect(isPublicAddress(ip)).toBe(false));
});

describe('what it asks', () => {
  test('a server of one’s own network where that is said, and hands its answer on', async () => {
    const response = await createGuardedFetch(local)(`http://127.0.0.1:${port}/a`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ a: 1 });
  });

  test('reg/I2-nothing-on-this-machine-or-in-its-network-otherwise', async () => {
    const before = asked;
    const options = { ...bounds, allowsHttp: true };
    const hosts = ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '127.1', '0'];
    for (const host of hosts) expect(await problemOf(`http://${host}:${port}/`, options), host).toBe('address_refused');
    for (const host of ['10.0.0.1', '169.254.169.254', '[fd00:ec2::254]']) {
      expect(await problemOf(`http://${host}/`, options), host).toBe('address_refused');
    }
    expect(asked).toBe(before);
  });

  test('nothing in the clear, by another protocol or with a password, whatever else is said', async () => {
    const options = { ...bounds, allowsPrivateNetwork: true };
    expect(await problemOf(`http://127.0.0.1:${port}/`, options)).toBe('protocol_refused');
    for (const url of ['file:///etc/passwd', 'ftp://127.0.0.1/', 'data:text/plain,a', 'gopher://127.0.0.1/']) {
      expect(await problemOf(url, local)).toBe('protocol_refused');
    }
    expect(await problemOf(`http://a:b@127.0.0.1:${port}/`, local)).toBe('protocol_refused');
  });

  test('a name that nobody has is said as one', async () => {
    names.set('nobody.example', [[]]);
    expect(await problemOf('https://nobody.example/', bounds)).toBe('not_found');
  });

  test('reg/I2-a-name-that-means-several-is-as-good-as-the-worst-of-them', async () => {
    const before = asked;
    names.set('mixed.example', [['1.1.1.1', '127.0.0.1']]);
    names.set('mapped.example', [['::ffff:127.0.0.1']]);
    names.set('metadata.example', [['169.254.169.254']]);
    for (const host of ['mixed.example', 'mapped.example', 'metadata.example']) {
      expect(await problemOf(`http://${host}:${port}/`, { ...bounds, allowsHttp: true })).toBe('address_refused');
    }
    expect(asked).toBe(before);
  });

  test('reg/I2-the-connection-goes-to-the-address-that-was-looked-at', async () => {
    answer = (response) => void response.end('{"a":1}');
    // The second answer would be another one; nobody asks for it.
    names.set('rebound.example', [['127.0.0.1'], ['192.0.2.1']]);
    lookUps = 0;
    const response = await createGuardedFetch(local)(`http://rebound.example:${port}/`);
    expect(await response.json()).toEqual({ a: 1 });
    expect(lookUps).toBe(1);
    names.set('rebound.example', [['1.1.1.1'], ['127.0.0.1']]);
    const before = asked;
    const outside = { ...bounds, timeoutMs: 300, allowsHttp: true };
    expect(await problemOf(`http://rebound.example:${port}/`, outside)).toMatch(/^(timeout|unreachable)$/);
    expect(asked).toBe(before);
  });

  test('a redirect is an answer, and is not followed', async () => {
    answer = (response) => void response.writeHead(302, { location: `http://127.0.0.1:${port}/b` }).end();
    const before = asked;
    const response = await createGuardedFetch(local)(`http://127.0.0.1:${port}/a`);
    expect(response.status).toBe(302);
    expect(asked).toBe(before + 1);
  });

  test('an answer has a size, whatever its header says', async () => {
    answer = (response) => void response.end('x'.repeat(1_001));
    expect(await problemOf(`http://127.0.0.1:${port}/`, local)).toBe('too_large');
    answer = (response) => void response.end('x'.repeat(1_000));
    expect(await problemOf(`http://127.0.0.1:${port}/`, local)).toBe('none');
  });

  test('an answer has a time, to its last byte', async () => {
    const options = { ...local, timeoutMs: 200 };
    answer = () => undefined;
    expect(await problemOf(`http://127.0.0.1:${port}/`, options)).toBe('timeout');
    answer = (response) => void response.write('{');
    expect(await problemOf(`http://127.0.0.1:${port}/`, options)).toBe('timeout');
  });

  test('a server that hangs up is said to be out of reach', async () => {
    answer = (response) => void response.destroy();
    expect(await problemOf(`http://127.0.0.1:${port}/`, local)).toBe('unreachable');
  });
});
