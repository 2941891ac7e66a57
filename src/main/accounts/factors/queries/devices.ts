/** SQL on devices on which the second factor need not be given again. */

import { statement } from '../../../database/index.ts';

type RememberParams = [
  id: string,
  userId: string,
  tokenHash: Buffer,
  userAgent: string | null,
  lifetimeMs: number,
  keepNewest: number,
];

/** The newest are kept, so that they do not pile up. */
export const rememberDevice = statement<RememberParams, { id: string }>({
  name: 'accounts.rememberDevice',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    with remembered as (
      insert into aquifer_accounts.remembered_devices
        (id, user_id, token_hash, password_version, user_agent, expires_at)
      select $1, u.id, $3, u.password_version, $4, now() + $5::float8 * interval '1 millisecond'
      from aquifer_accounts.users u
      where u.id = $2 and u.second_factors <> '{}'
      returning id
    ),
    surplus as (
      delete from aquifer_accounts.remembered_devices d
      where d.user_id = $2 and d.id <= (
        select k.id
        from aquifer_accounts.remembered_devices k
        where k.user_id = $2
        order by k.id desc
        offset $6::integer - 1
        limit 1
      )
    )
    select remembered.id from remembered`,
});

/** The device of this very user, as long as his password is the one it was remembered under. */
export const useRememberedDevice = statement<[tokenHash: Buffer, userId: string], { id: string }>({
  name: 'accounts.useRememberedDevice',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.remembered_devices d
    set last_used_at = now()
    from aquifer_accounts.users u
    where d.token_hash = $1
      and d.user_id = $2
      and u.id = d.user_id
      and u.password_version = d.password_version
      and d.expires_at > now()
    returning d.id`,
});

export interface DeviceRow {
  id: string;
  userAgent: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
}

export const listRememberedDevices = statement<[userId: string], DeviceRow>({
  name: 'accounts.listRememberedDevices',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    select
      d.id,
      d.user_agent as "userAgent",
      d.created_at as "createdAt",
      d.last_used_at as "lastUsedAt",
      d.expires_at as "expiresAt"
    from aquifer_accounts.remembered_devices d
    join aquifer_accounts.users u on u.id = d.user_id
    where d.user_id = $1 and d.password_version = u.password_version and d.expires_at > now()
    order by d.id desc`,
});

export const deleteRememberedDevice = statement<[id: string, userId: string]>({
  name: 'accounts.deleteRememberedDevice',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.remembered_devices
    where id = $1 and user_id = $2`,
});

export const deleteRememberedDevices = statement<[userId: string]>({
  name: 'accounts.deleteRememberedDevices',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.remembered_devices
    where user_id = $1`,
});
