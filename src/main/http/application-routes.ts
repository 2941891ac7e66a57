/**
 * The routes of an application that embeds the server. They are checked before anything listens: none may stand where ours
 * do, also not by a parameter that could mean one of ours. What their handlers throw is translated as our own would be.
 */

import { AppError } from '../foundation/errors.ts';
import type { Route } from './route.ts';

/** Everything below these addresses is ours, whether there is a route today or not. */
const OURS = [
  ...['/v1/accounts', '/v1/data', '/v1/monitor', '/accounts', '/console', '/health', '/metrics', '/docs'],
  '/openapi.json',
];

/** Makes of what was thrown what is rendered; `route` is the template, such as `GET /orders`. */
export type TranslateError = (thrown: unknown, route: string) => unknown;

/** @throws AppError route_refused, naming the route */
export function admitApplicationRoutes(routes: readonly Route[], translate: TranslateError): Route[] {
  const known = new Set<string>();
  return routes.map((one) => {
    const name = `${one.method} ${one.path}`;
    const owner = OURS.find((address) => couldMean(segmentsOf(one.path), segmentsOf(address)));
    if (!one.path.startsWith('/')) throw refused(name, 'its path has to begin with a slash');
    if (one.path === '/') throw refused(name, 'that address leads to the console');
    if (owner !== undefined) throw refused(name, `everything below ${owner} is Aquifer’s own`);
    if (known.has(name)) throw refused(name, 'it is there twice');
    known.add(name);
    return { ...one, handler: (input) => one.handler(input).catch((thrown: unknown) => fail(translate(thrown, name))) };
  });
}

function fail(error: unknown): never {
  throw error;
}

function segmentsOf(path: string): string[] {
  return path
    .toLowerCase()
    .split('/')
    .filter((segment) => segment !== '');
}

/** Whether a request for something at or below `address` could come to a route with this path. */
function couldMean(path: string[], address: string[]): boolean {
  for (const [index, segment] of address.entries()) {
    const own = path[index];
    if (own?.includes('*')) return true;
    if (own === undefined || (own !== segment && !own.includes(':'))) return false;
  }
  return true;
}

function refused(name: string, why: string): AppError {
  return new AppError('conflict', 'route_refused', `The route ${name} cannot be served: ${why}. Give it another path.`);
}
