/**
 * Notes what operators change in other features, at the one place where all of it passes: each route for operators that is no
 * mere reading is noted with its name and the names in its address when it is done. Nobody can add a route and forget it.
 */

import type { RequestContext, Route, RouteInput, RouteSchema } from '../../http/index.ts';
import type { AuditNote } from './note.ts';

/** @param note resolves when it is noted, and never rejects: what was done is done */
export function watchRoutes(
  routes: readonly Route[],
  note: (context: RequestContext, note: AuditNote) => Promise<void>,
): Route[] {
  return routes.map((one) => (one.access === 'operator' && one.method !== 'GET' ? watched(one, note) : one));
}

function watched(one: Route, note: (context: RequestContext, note: AuditNote) => Promise<void>): Route {
  const handle = one.handler as (input: RouteInput<RouteSchema>) => Promise<unknown>;
  const id = `${one.method} ${one.path}`;
  const [first = '', second = ''] = one.path.split('/').filter((segment) => segment !== '');
  const action = `${(first === 'v1' ? second : first).replaceAll(/[^a-z0-9]+/gi, '_').toLowerCase()}.changed`;
  return {
    ...one,
    async handler(input: RouteInput<RouteSchema>) {
      const answer = await handle(input);
      const details = (input.params ?? {}) as Record<string, string>;
      await note(input.context, { action, subject: { kind: 'route', id }, details });
      return answer;
    },
  };
}
