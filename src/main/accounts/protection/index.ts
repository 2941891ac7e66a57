/**
 * Protection against guessing and floods, beyond the counts of `throttle.ts`: devices that keep a budget of their own, work
 * that is asked for while somebody guesses at many accounts at once, passwords that are known to be stolen.
 */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Config } from '../../foundation/config.ts';
import type { Logger } from '../../foundation/logger.ts';
import { type BreachedPasswords, createBreachedPasswords } from './breached-passwords.ts';
import { createDeviceCookies, type DeviceCookies } from './device-cookie.ts';
import { createKeys } from './keys.ts';
import { createPressure, type Pressure } from './pressure.ts';
import { createProofOfWork, type ProofOfWork } from './proof-of-work.ts';

export interface Protection {
  readonly devices: DeviceCookies;
  readonly pressure: Pressure;
  readonly proofs: ProofOfWork;
  readonly breached: BreachedPasswords;
}

export interface ProtectionOptions {
  database: Database;
  config: Pick<Config, 'proofOfWorkFrom' | 'breachedPasswordsFile'>;
  logger: Logger;
  clock: Clock;
}

export function createProtection({ database, config, logger, clock }: ProtectionOptions): Protection {
  const keyOf = createKeys(database);
  return {
    devices: createDeviceCookies(() => keyOf('device_cookie')),
    pressure: createPressure(config.proofOfWorkFrom, clock),
    proofs: createProofOfWork(database, () => keyOf('proof_of_work')),
    breached: createBreachedPasswords(config.breachedPasswordsFile, logger),
  };
}
