/** Which servers may be loaded: this machine's own, unless the caller takes the responsibility for another. */

import { isIPv4 } from 'node:net';

/**
 * Throws a TypeError when the address is none of HTTP, and a RangeError when it is another machine's and that was not
 * allowed: a load against a stranger's server is an attack.
 */
export function checkTarget(baseUrl: string, allowOtherMachines: boolean): void {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw new TypeError(`${baseUrl} is no HTTP address`);
  if (allowOtherMachines || isLoopback(url.hostname)) return;
  throw new RangeError(`${url.hostname} is another machine; set allowOtherMachines where it may be loaded`);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}
