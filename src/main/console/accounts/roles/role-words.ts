// What a role demands and gives, in words.
import type { RoleDefinition } from '../../../client/roles.ts';
import { plural } from '../../components/number-words.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** "at once", "within 7 days", "not asked for". */
export function demandWords({
  demandsSecondFactor,
  graceMs,
}: Pick<RoleDefinition, 'demandsSecondFactor' | 'graceMs'>): string {
  if (!demandsSecondFactor) return 'not asked for';
  if (graceMs === 0) return 'at once';
  if (graceMs % DAY_MS === 0) return `within ${plural(graceMs / DAY_MS, 'day', 'days')}`;
  return `within ${plural(Math.ceil(graceMs / HOUR_MS), 'hour', 'hours')}`;
}

/** The form's days as the server takes them. */
export function graceOfDays(days: string): number {
  const number = Number(days);
  return Number.isFinite(number) && number > 0 ? Math.round(number * DAY_MS) : 0;
}

export function daysOfGrace(graceMs: number): string {
  return String(Math.round((graceMs / DAY_MS) * 100) / 100);
}
