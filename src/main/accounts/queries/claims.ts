/** SQL on accounts whose address is proven for the first time. */

import { statement } from '../../database/index.ts';

/** No row where the address was verified before: nothing is taken from its owner. */
export const claimUser = statement<[userId: string], { id: string }>({
  name: 'accounts.claimUser',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.users u
    set
      email_verified_at = now(),
      password_hash = null,
      password_version = u.password_version + 1,
      second_factors = '{}',
      updated_at = now()
    where u.id = $1 and u.email_verified_at is null
    returning u.id`,
});

/** A network that is known spares who comes from it a count: a stranger's must not. */
export const forgetNetworksOf = statement<[userId: string]>({
  name: 'accounts.forgetNetworksOf',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.known_networks
    where user_id = $1`,
});

export const deleteMailLogInsOf = statement<[userId: string]>({
  name: 'accounts.deleteMailLogInsOf',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.mail_log_ins
    where user_id = $1`,
});

/** One that waits would take the account along to an address of the stranger's. */
export const deleteEmailChangesOf = statement<[userId: string]>({
  name: 'accounts.deleteEmailChangesOf',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.email_changes
    where user_id = $1`,
});
