/** What social log-in works with, beside what all of accounts does. */

import type { AccountsParts } from '../parts.ts';
import type { Connections } from './connection.ts';
import type { Provider } from './provider.ts';

export interface SocialParts extends AccountsParts {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly connections: Connections;
}
