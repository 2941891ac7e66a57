/** Accounts: who the user is. Sign-up, log-in, sessions and passwords; for operators, everybody's. */

import type { Database, Origin } from '../database/index.ts';
import type { Clock } from '../foundation/clock.ts';
import type { Config } from '../foundation/config.ts';
import type { Logger } from '../foundation/logger.ts';
import { createSealer } from '../foundation/sealing.ts';
import type { PeriodicService } from '../foundation/service.ts';
import type { Authenticate, Route } from '../http/index.ts';
import { type AuditTrail, createAuditTrail } from './audit-trail/index.ts';
import { createAuthenticator } from './authenticate.ts';
import { createCleanup } from './cleanup.ts';
import { createFactorPolicy } from './factors/policy.ts';
import { createSetupLink } from './first-operator.ts';
import { createPasswordHasher } from './hashing/index.ts';
import type { Letter, MailSender } from './mail/letter.ts';
import { createMailboxSender } from './mail/mailbox.ts';
import { createOutbox, SEND_TIMEOUT_MS } from './mail/outbox.ts';
import { createSmtpSender } from './mail/smtp.ts';
import { createErasures } from './own-data/delete-account.ts';
import { NO_RECORDS, type OwnRecords } from './own-data/own-records.ts';
import type { AccountsParts } from './parts.ts';
import { createPasswordPolicy } from './password-policy.ts';
import { guardRoutes } from './protection/guard-routes.ts';
import { createProtection, type Protection } from './protection/index.ts';
import { createRoutes } from './routes.ts';
import type { NewUser, User } from './schema.ts';
import { createPlaceFinder } from './sessions/places.ts';
import { createThrottle } from './throttle.ts';
import { createSigningKeys } from './tokens/signing-keys.ts';
import { countEveryone, countOpenSessions, createUser, disableUserByEmail } from './users.ts';

export { openBreachedFile } from './protection/breached-file.ts';
export { checkBreachedFile } from './protection/check-breached-file.ts';
export type { NewUser, Session, User } from './schema.ts';

export interface AccountsDependencies {
  database: Database;
  config: Config;
  /** What secrets at rest are encrypted with; undefined where there is none, and then none can be kept. */
  secretKey?: string | undefined;
  /** Those that were in its place before: they open what they encrypted, and encrypt nothing. */
  previousKeys?: readonly (string | undefined)[];
  logger: Logger;
  clock: Clock;
  /** What other features keep of a user: to be taken away by him, and deleted with him. */
  ownRecords?: OwnRecords;
  /** All routes of the server, once they are known; those of accounts alone where left out. */
  listRoutes?: () => readonly Route[];
}

export interface Accounts {
  readonly routes: Route[];
  readonly authenticate: Authenticate;
  /** To be started with the server: mail, the note of sessions' use, clearing up. */
  readonly services: PeriodicService[];
  /** A new one-time link to make the first operator, which ends earlier ones; null where there is an operator. */
  createSetupLink(): Promise<string | null>;
  /** For the command line. @throws AppError email_taken, password_refused, invalid_email, invalid_name */
  createUser(user: NewUser): Promise<User>;
  /** For the command line; ends the user's sessions. @throws AppError user_not_found, last_operator, invalid_email */
  disableUser(email: string): Promise<User>;
  /** Exact up to ten thousand, then an estimate. */
  countUsers(origin: Origin): Promise<number>;
  /** Exact up to ten thousand, then an estimate. */
  countSessions(origin: Origin): Promise<number>;
  /** For mail that other features write: sends it now, by the same way as users' mail. Rejects where it was not taken. */
  sendMail(letter: Letter): Promise<void>;
  readonly auditTrail: AuditTrail;
  /** Ends the hashing threads. The services are stopped by whoever started them. */
  stop(): Promise<void>;
}

export function createAccounts({
  database,
  config,
  secretKey,
  previousKeys,
  logger,
  clock,
  listRoutes,
  ownRecords = NO_RECORDS,
}: AccountsDependencies): Accounts {
  const hasher = createPasswordHasher({ threads: config.hashThreads, queueMax: config.hashQueueMax, clock });
  const factorPolicy = createFactorPolicy(database, config, logger);
  const authenticator = createAuthenticator({
    ...{ database, logger, idleTimeoutMs: config.sessionIdleTimeoutMs },
    demandsFactor: factorPolicy.isDue,
  });
  const sealer = createSealer(secretKey, previousKeys);
  const auditTrail = createAuditTrail({ database, sealer, logger, clock, keepMs: config.auditKeepMs });
  const mailSender = createMailSender(database, config);
  const outbox = createOutbox({
    ...{ database, mailSender, logger, sealer },
    sender: { appName: config.appName, baseUrl: config.baseUrl },
  });
  const places = createPlaceFinder(config.placesFile, logger);
  const signingKeys = createSigningKeys({ config, database, logger, sealer });
  const protection = createProtection({ database, config, logger, clock });
  const parts: AccountsParts = {
    ...{ config, database, logger, hasher, sealer, factorPolicy, places, signingKeys, ownRecords, auditTrail },
    ...{ protection, policy: createPolicy(config, protection) },
    throttle: createThrottle(database, clock),
    listRoutes: () => (listRoutes ? listRoutes() : routes),
    wakeOutbox: () => outbox.wake(),
  };
  const routes = guardRoutes(createRoutes(parts), protection);
  return {
    routes,
    authenticate: authenticator.authenticate,
    auditTrail,
    services: [outbox, authenticator.service, ...servicesOf(parts), ...auditTrail.services],
    createSetupLink: () => createSetupLink(parts),
    createUser: (user) => createUser(parts, user, null),
    disableUser: (email) => disableUserByEmail(parts, email),
    countUsers: (origin) => countEveryone(database, origin),
    countSessions: (origin) => countOpenSessions(database, origin),
    sendMail: (letter) => mailSender.send(letter),
    async stop() {
      mailSender.close();
      await protection.breached.close();
      await hasher.stop();
    },
  };
}

function servicesOf(parts: AccountsParts): PeriodicService[] {
  const { database, factorPolicy, logger, places, signingKeys } = parts;
  const own = [factorPolicy.service, places.service, signingKeys.service];
  return [...own, createErasures(parts), createCleanup(database, logger)];
}

function createPolicy(config: Config, { breached }: Protection) {
  const { passwordMinLength: minLength, appName, passwordContextWords: furtherWords } = config;
  return createPasswordPolicy({ minLength, appName, furtherWords, breached });
}

function createMailSender(database: Database, { smtpUrl, mailFrom }: Config): MailSender {
  if (smtpUrl === undefined) return createMailboxSender(database);
  return createSmtpSender({ url: smtpUrl, from: mailFrom, timeoutMs: SEND_TIMEOUT_MS });
}
