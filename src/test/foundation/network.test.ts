import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { canonicalIp, isNetworkRange, networkOf } from '../../main/foundation/network.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:CB00:7107', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002:ffff::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['::1', '::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['010.0.0.1', '8.0.0.1'],
  ['1.2.3.4.5', 'unknown'],
  ['1.2.3.256', 'unknown'],
  ['', 'unknown'],
  ['nonsense', 'unknown'],
])('%s belongs to %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network);
});

test('an address has one spelling', () => {
  expect(canonicalIp('2001:0DB8::0001')).toBe('2001:db8::1');
  expect(canonicalIp('::ffff:203.0.113.7')).toBe('203.0.113.7');
  expect(canonicalIp('x')).toBeNull();
});

test.each([
  ['203.0.113.7', true],
  ['10.0.0.0/8', true],
  ['::1', true],
  ['fd00::/8', true],
  ['::ffff:10.0.0.1', true],
  ['loopback', true],
  ['linklocal', true],
  ['uniquelocal', true],
  ['Loopback', false],
  ['10.0.0.0/0', false],
  ['10.0.0.0/33', false],
  ['10.0.0.0/8/8', false],
  ['10.0.0.0/', false],
  ['10.1', false],
  ['10.0.0.0/255.0.0.0', false],
  ['fe80::1%eth0', false],
  ['proxy.internal', false],
  ['*', false],
  ['true', false],
])('%s stands for proxies: %s', (text, expected) => {
  expect(isNetworkRange(text)).toBe(expected);
});

test('fastify takes whatever stands for proxies', () => {
  for (const text of ['203.0.113.7', '10.0.0.0/8', '::1', 'fd00::/8', '::ffff:10.0.0.1', 'loopback', 'uniquelocal']) {
    expect(() => fastify({ trustProxy: [text] })).not.toThrow();
  }
});
