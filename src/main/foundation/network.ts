/**
 * The network an address belongs to: what attempts are counted by, and whom the pool is fair to while nobody has logged in. An IPv6 customer has at least a /64 to himself, so
 * counting single addresses would give him 2^64 budgets.
 */

import ipaddr from 'ipaddr.js';

/** As the system writes it: no leading zeros. */
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** One spelling for each address, without zone; null where it is none. IPv4 in IPv6's clothes is IPv4. */
export function canonicalIp(text: string): string | null {
  const bare = text.replace(/%.*$/, '');
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : null;
}

/** `203.0.113.7`, or `2001:db8:1:2::/64`. Addresses that cannot be read share one network: limited, never skipped. */
export function networkOf(ip: string): string {
  // Nearly every address; the rest of this costs more than all else that is done to ask the pool.
  if (IPV4.test(ip)) return ip;
  const canonical = canonicalIp(ip);
  if (canonical === null) return 'unknown';
  const address = ipaddr.parse(canonical);
  if (address.kind() === 'ipv4') return canonical;
  const prefix = (address as ipaddr.IPv6).parts.map((part, index) => (index < 4 ? part : 0));
  return `${new ipaddr.IPv6(prefix).toString()}/64`;
}

const NETWORK_WORDS = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** An address, a range such as `10.0.0.0/8`, or a word for one: what stands for proxies in the settings. */
export function isNetworkRange(text: string): boolean {
  if (NETWORK_WORDS.has(text)) return true;
  const [address = '', bits, ...more] = text.split('/');
  // The library also reads `10.1` and `0x7f.1`, as nobody means them.
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(address) || isPlainIpv6(address);
  if (bits === undefined) return isAddress;
  // Everyone is no proxy.
  return isAddress && more.length === 0 && ipaddr.isValidCIDR(text) && Number(bits) > 0;
}

function isPlainIpv6(text: string): boolean {
  return !text.includes('%') && ipaddr.IPv6.isValid(text);
}
