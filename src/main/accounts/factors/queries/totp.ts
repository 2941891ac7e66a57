/** SQL on authenticator apps. A user has one that is confirmed, and one at most that he is setting up. */

import { statement } from '../../../database/index.ts';

/** Starts anew: one that was begun before is forgotten with its secret. */
export const beginTotp = statement<
  [id: string, userId: string, secret: Buffer, lifetimeMs: number],
  { expiresAt: Date }
>({
  name: 'accounts.beginTotp',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.totp_factors as f (id, user_id, secret, expires_at)
    values ($1, $2, $3, now() + $4::float8 * interval '1 millisecond')
    on conflict (user_id) where confirmed_at is null
    do update set
      id = excluded.id,
      secret = excluded.secret,
      attempts = 0,
      last_step = 0,
      created_at = now(),
      expires_at = excluded.expires_at
    returning f.expires_at as "expiresAt"`,
});

/** The one that is being set up; counts the try before it is made. */
export const countTotpTry = statement<[userId: string, triesMax: number], { id: string; secret: Buffer }>({
  name: 'accounts.countTotpTry',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.totp_factors f
    set attempts = f.attempts + 1
    where f.user_id = $1 and f.confirmed_at is null and f.expires_at > now() and f.attempts < $2
    returning f.id, f.secret`,
});

/** The new one takes its place. */
export const deleteConfirmedTotp = statement<[userId: string], { id: string }>({
  name: 'accounts.deleteConfirmedTotp',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.totp_factors
    where user_id = $1 and confirmed_at is not null
    returning id`,
});

/** Once: of two who confirm at the same moment, the second matches nothing. */
export const confirmTotp = statement<[id: string, userId: string, step: number], { id: string }>({
  name: 'accounts.confirmTotp',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.totp_factors f
    set confirmed_at = now(), expires_at = null, last_step = $3
    where f.id = $1 and f.user_id = $2 and f.confirmed_at is null and f.expires_at > now()
    returning f.id`,
});

export const findTotp = statement<[userId: string], { id: string; secret: Buffer }>({
  name: 'accounts.findTotp',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select
      f.id,
      f.secret
    from aquifer_accounts.totp_factors f
    where f.user_id = $1 and f.confirmed_at is not null`,
});

/** Takes the code of a step, once, and none of an earlier step after it. */
export const consumeTotpStep = statement<[id: string, step: number], { id: string }>({
  name: 'accounts.consumeTotpStep',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.totp_factors f
    set last_step = $2
    where f.id = $1 and f.confirmed_at is not null and f.last_step < $2
    returning f.id`,
});

/** Confirmed or not. */
export const deleteAllTotp = statement<[userId: string]>({
  name: 'accounts.deleteAllTotp',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.totp_factors
    where user_id = $1`,
});
