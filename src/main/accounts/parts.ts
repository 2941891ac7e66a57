/** What the use cases of accounts work with, and what a request brings them. */

import type { Database } from '../database/index.ts';
import type { Config } from '../foundation/config.ts';
import type { Logger } from '../foundation/logger.ts';
import type { Sealer } from '../foundation/sealing.ts';
import type { Caller, RequestContext, RouteInput, RouteSchema } from '../http/index.ts';
import type { PasswordHasher } from './hashing/index.ts';
import type { PasswordPolicy } from './password-policy.ts';
import type { Protection } from './protection/index.ts';
import type { Throttle } from './throttle.ts';

export interface AccountsParts {
  readonly config: Config;
  readonly database: Database;
  readonly logger: Logger;
  readonly hasher: PasswordHasher;
  readonly policy: PasswordPolicy;
  readonly throttle: Throttle;
  /** Against guessing at many accounts, and for those who are guessed at. */
  readonly protection: Protection;
  /** For what must be read again and yet not lie open in the database: a TOTP secret, a provider's token. */
  readonly sealer: Sealer;
  /** Tells whoever sends mail that there is some. */
  wakeOutbox(): void;
}

/** A request to a public endpoint. */
export interface Visit<Body = undefined> {
  readonly body: Body;
  readonly context: RequestContext;
  readonly request: RouteInput<RouteSchema>['request'];
  readonly reply: RouteInput<RouteSchema>['reply'];
}

/** A request of someone logged in. */
export interface OwnVisit<Body = undefined> extends Visit<Body> {
  readonly caller: Caller;
}
