/** What the use cases of accounts work with, and what a request brings them. */

import type { Database } from '../database/index.ts';
import type { Config } from '../foundation/config.ts';
import type { Logger } from '../foundation/logger.ts';
import type { Sealer } from '../foundation/sealing.ts';
import type { Caller, RequestContext, Route, RouteInput, RouteSchema } from '../http/index.ts';
import type { AuditTrail } from './audit-trail/index.ts';
import type { FactorPolicy } from './factors/policy.ts';
import type { PasswordHasher } from './hashing/index.ts';
import type { OwnRecords } from './own-data/own-records.ts';
import type { PasswordPolicy } from './password-policy.ts';
import type { Protection } from './protection/index.ts';
import type { PlaceFinder } from './sessions/places.ts';
import type { Throttle } from './throttle.ts';
import type { SigningKeys } from './tokens/signing-keys.ts';

export interface AccountsParts {
  readonly config: Config;
  readonly database: Database;
  readonly logger: Logger;
  readonly hasher: PasswordHasher;
  readonly policy: PasswordPolicy;
  readonly throttle: Throttle;
  /** Against guessing at many accounts, and for those who are guessed at. */
  readonly protection: Protection;
  /** Who must have a second factor. */
  readonly factorPolicy: FactorPolicy;
  /** For what must be read again and yet not lie open in the database: a TOTP secret, a provider's token. */
  readonly sealer: Sealer;
  /** Where a network is, as far as a file of places says. */
  readonly places: PlaceFinder;
  /** What short tokens for other services are signed with. */
  readonly signingKeys: SigningKeys;
  readonly auditTrail: AuditTrail;
  /** All routes that the server answers, also other features' and the application's: what there is to be permitted. */
  listRoutes(): readonly Route[];
  /** What other features keep of a user. */
  readonly ownRecords: OwnRecords;
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
