// What the audit trail notes, in Arabic.
import type { ActivityWords } from './activity-en.ts';

export const activityAr: ActivityWords = {
  'account.did.log_in.succeeded': 'تسجيل دخول',
  'account.did.log_in.failed': 'محاولة دخول فاشلة',
  'account.did.log_out': 'تسجيل خروج',
};
