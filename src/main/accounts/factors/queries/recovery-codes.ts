/** SQL on recovery codes. */

import { statement } from '../../../database/index.ts';

export const insertRecoveryCodes = statement<[userId: string, hashes: Buffer[]]>({
  name: 'accounts.insertRecoveryCodes',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.recovery_codes (code_hash, user_id)
    select h.hash, $1
    from unnest($2::bytea[]) as h (hash)`,
});

/** Each once: of any number who bring the same code at the same moment, one gets a row. */
export const consumeRecoveryCode = statement<[userId: string, codeHash: Buffer], { userId: string }>({
  name: 'accounts.consumeRecoveryCode',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.recovery_codes
    set used_at = now()
    where code_hash = $2 and user_id = $1 and used_at is null
    returning user_id as "userId"`,
});

/** Only to know whether a code is worth a transaction; consuming decides. */
export const peekRecoveryCode = statement<[userId: string, codeHash: Buffer], { isGood: true }>({
  name: 'accounts.peekRecoveryCode',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select true as "isGood"
    from aquifer_accounts.recovery_codes
    where code_hash = $2 and user_id = $1 and used_at is null`,
});

export const countRecoveryCodes = statement<[userId: string], { left: number; total: number; createdAt: Date | null }>({
  name: 'accounts.countRecoveryCodes',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select
      (count(1) filter (where used_at is null))::integer as left,
      count(1)::integer as total,
      min(created_at) as "createdAt"
    from aquifer_accounts.recovery_codes
    where user_id = $1`,
});

export const deleteRecoveryCodes = statement<[userId: string]>({
  name: 'accounts.deleteRecoveryCodes',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.recovery_codes
    where user_id = $1`,
});
