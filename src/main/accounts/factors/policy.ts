/**
 * Who must have a second factor, and by when. The settings name an audience; since when they do is kept in Postgres, so that
 * those who were there before have their time. In production an operator has none: without a factor he can do nothing.
 */

import type { Database } from '../../database/index.ts';
import type { Config } from '../../foundation/config.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type PeriodicService } from '../../foundation/service.ts';
import type { Role } from '../schema.ts';
import { demandFactors, demandNoFactors } from './queries/factors.ts';

/** Of whom it is asked. */
export interface FactorSubject {
  readonly role: Role;
  readonly createdAt: Date;
  /** Since when one of his roles asks for a factor; null where none does. */
  readonly roleDueAt?: Date | null;
}

export interface FactorPolicy {
  /** From when on he must have one, which may be in the past; null where nothing asks for one. */
  dueAt(subject: FactorSubject): Date | null;
  isDue(subject: FactorSubject): boolean;
  /** Notes since when the settings ask for what they do. */
  readonly service: PeriodicService;
}

type Settings = Pick<Config, 'mode' | 'requireSecondFactor' | 'secondFactorGraceMs'>;

/** Only until it has succeeded once. */
const RETRY_MS = 60_000;

export function createFactorPolicy(database: Database, settings: Settings, logger: Logger): FactorPolicy {
  const { mode, requireSecondFactor, secondFactorGraceMs } = settings;
  let since: Date | undefined;

  const settingsDueAt = ({ role, createdAt }: FactorSubject): Date | null => {
    if (role === 'operator' && mode === 'production') return createdAt;
    const isNamed = requireSecondFactor === 'everyone' || (requireSecondFactor === 'operators' && role === 'operator');
    if (!isNamed) return null;
    if (secondFactorGraceMs === 0) return createdAt;
    // Until it is known since when, it is as if it were since now.
    const fromMs = Math.max(since?.getTime() ?? Date.now(), createdAt.getTime());
    return new Date(fromMs + secondFactorGraceMs);
  };

  const dueAt = (subject: FactorSubject): Date | null => {
    const bySettings = settingsDueAt(subject);
    const byRole = subject.roleDueAt ?? null;
    if (bySettings === null || byRole === null) return bySettings ?? byRole;
    return bySettings < byRole ? bySettings : byRole;
  };

  return {
    dueAt,
    isDue: (subject) => {
      const at = dueAt(subject);
      return at !== null && at.getTime() <= Date.now();
    },
    service: createPeriodicService({
      name: 'second factor policy',
      intervalMs: RETRY_MS,
      logger,
      async run() {
        if (since) return;
        if (requireSecondFactor === 'nobody') await database.execute(demandNoFactors, []);
        else [{ since } = { since: undefined }] = await database.query(demandFactors, [requireSecondFactor]);
        since ??= new Date();
      },
    }),
  };
}
