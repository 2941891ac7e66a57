// What the audit trail notes, in German.
import type { ActivityWords } from './activity-en.ts';

export const activityDe: ActivityWords = {
  'account.did.log_in.succeeded': 'Angemeldet',
  'account.did.log_in.failed': 'Eine Anmeldung schlug fehl',
  'account.did.log_out': 'Abgemeldet',
};
