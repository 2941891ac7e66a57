/**
 * The network an address belongs to: what attempts are counted by, and whom the pool is fair to while nobody has logged in. An IPv6 customer has at least a /64 to himself, so
 * counting single addresses would give him 2^64 budgets.
 */

import ipaddr from 'ipaddr.js';

/** One spelling for each address, without zone; null where it is none. IPv4 in IPv6's clothes is IPv4. */
export function canonicalIp(text: string): string | null {
  const bare = text.replace(/%.*$/, '');
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : null;
}

/** `203.0.113.7`, or `2001:db8:1:2::/64`. Addresses that cannot be read share one network: limited, never skipped. */
export function networkOf(ip: string): string {
  const canonical = canonicalIp(ip);
  if (canonical === null) return 'unknown';
  const address = ipaddr.parse(canonical);
  if (address.kind() === 'ipv4') return canonical;
  const prefix = (address as ipaddr.IPv6).parts.map((part, index) => (index < 4 ? part : 0));
  return `${new ipaddr.IPv6(prefix).toString()}/64`;
}
