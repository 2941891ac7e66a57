// What the audit trail notes, in English: one sentence an action. The console's trail says the same.

export const activityEn = {
  'account.did.log_in.succeeded': 'Logged in',
  'account.did.log_in.failed': 'A log-in failed',
  'account.did.log_out': 'Logged out',
} as const;

export type ActivityWords = Readonly<Record<keyof typeof activityEn, string>>;
