/** SQL that deletes what nobody needs any more, a batch at a time, past rows that someone is using. */

import { type Statement, statement } from '../../database/index.ts';

/** How long a mail that was given up can still be looked at. */
const KEEP_FAILED_MAIL = `interval '7 days'`;
/** How long its owner can still see that an API key has expired. */
const KEEP_EXPIRED_KEY = `interval '30 days'`;
const KEEP_MAILBOX = `interval '24 hours'`;
/** A site's instance that nobody has logged in by for so long; the next one registers anew. */
const FORGET_INSTANCE = `interval '90 days'`;
const FORGET_NETWORK = `interval '90 days'`;

export type CleanupStatement = Statement<[batch: number], never>;

function deleteOld(name: string, table: string, condition: string): CleanupStatement {
  const [column = ''] = condition.split(' ');
  return statement<[batch: number]>({
    name,
    lane: 'background',
    deadlineMs: 20_000,
    text: `
      delete from aquifer_accounts.${table}
      where ctid = any (array(
        select ctid
        from aquifer_accounts.${table}
        where ${condition}
        order by ${column}
        limit $1
        for update skip locked
      ))`,
  });
}

export const cleanupStatements: readonly CleanupStatement[] = [
  deleteOld('accounts.deleteExpiredSessions', 'sessions', 'expires_at <= now()'),
  deleteOld('accounts.deleteExpiredTokens', 'one_time_tokens', 'expires_at <= now()'),
  deleteOld('accounts.deleteExpiredChallenges', 'log_in_challenges', 'expires_at <= now()'),
  deleteOld('accounts.deleteExpiredTotp', 'totp_factors', 'expires_at <= now()'),
  deleteOld('accounts.deleteExpiredDevices', 'remembered_devices', 'expires_at <= now()'),
  deleteOld('accounts.deleteExpiredEmailChanges', 'email_changes', 'expires_at <= now()'),
  deleteOld('accounts.deleteExpiredSignUps', 'sign_ups', 'expires_at <= now()'),
  deleteOld('accounts.deleteExpiredThrottles', 'throttles', 'expires_at <= now()'),
  deleteOld('accounts.deleteSpentProofs', 'spent_proofs', 'expires_at <= now()'),
  deleteOld('accounts.deleteExpiredPasskeyChallenges', 'passkey_challenges', 'expires_at <= now()'),
  deleteOld('accounts.deleteExpiredMailLogIns', 'mail_log_ins', 'expires_at <= now()'),
  deleteOld('accounts.deleteExpiredSocialFlows', 'social_flows', 'expires_at <= now()'),
  deleteOld('accounts.deleteForgottenInstances', 'social_instances', `last_used_at <= now() - ${FORGET_INSTANCE}`),
  deleteOld('accounts.deleteExpiredApiKeys', 'api_keys', `expires_at <= now() - ${KEEP_EXPIRED_KEY}`),
  deleteOld('accounts.deleteForgottenNetworks', 'known_networks', `last_seen_at <= now() - ${FORGET_NETWORK}`),
  deleteOld('accounts.deleteFailedMail', 'mail_requests', `failed_at <= now() - ${KEEP_FAILED_MAIL}`),
  deleteOld('accounts.deleteOldMail', 'mailbox', `created_at <= now() - ${KEEP_MAILBOX}`),
];
