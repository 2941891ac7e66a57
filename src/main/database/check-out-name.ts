/** What a client that is taken counts as in admission, where it is not yet known what will run on it. */

/** It is counted under this name until it runs something. */
export const CHECKED_OUT = 'a client from pool.connect()';

/** What a route is seen to do with its clients tells where the next one belongs. */
export function nameCheckOut(route: string): string {
  return `${CHECKED_OUT} for ${route}`;
}

export function isCheckOutOfRoute(fingerprint: string): boolean {
  return fingerprint.length > CHECKED_OUT.length && fingerprint.startsWith(CHECKED_OUT);
}
