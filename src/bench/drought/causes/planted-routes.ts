/** The application's routes through which causes are planted. */

import type { Route } from '../../../main/app.ts';

export function plantedRoutes(_pool: unknown): Route[] {
  return [];
}
