/** SQL on attempts: what is counted, and who may go on. */

import { statement } from '../../database/index.ts';

type TakeParams = [
  keys: Buffer[],
  maxAttempts: number[],
  windowsMs: number[],
  pausesMs: number[],
  pauseMaximaMs: number[],
];

/**
 * Counts one attempt under each key and returns the keys that may go on, and which of them it closed. Where one is blocked already, none is counted:
 * knocking at a closed door must not close others. Keys are taken in order, so that two callers cannot deadlock; the
 * guard of the update makes the count exact, however many come at once.
 */
export const takeAttempts = statement<TakeParams, { key: Buffer; isLast: boolean }>({
  name: 'accounts.takeAttempts',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.throttles as t
      (key, attempts, max_attempts, window_ms, pause_ms, pause_max_ms, counted_since, blocked_until, expires_at)
    select
      a.key,
      1,
      a.max_attempts,
      a.window_ms,
      a.pause_ms,
      a.pause_max_ms,
      now(),
      case when a.max_attempts <= 1 then now() + a.pause_ms * interval '1 millisecond' else '-infinity' end,
      now() + greatest(a.window_ms, a.pause_ms) * interval '1 millisecond'
    from unnest($1::bytea[], $2::integer[], $3::integer[], $4::integer[], $5::integer[])
      as a (key, max_attempts, window_ms, pause_ms, pause_max_ms)
    where not exists (
      select
      from aquifer_accounts.throttles b
      where b.key = any ($1::bytea[]) and b.blocked_until > now()
    )
    order by a.key
    on conflict (key) do update set
      attempts = case
        when t.counted_since <= now() - excluded.window_ms * interval '1 millisecond' then 1
        else t.attempts + 1
      end,
      counted_since = case
        when t.counted_since <= now() - excluded.window_ms * interval '1 millisecond' then now()
        else t.counted_since
      end,
      blocked_until = case
        when t.counted_since <= now() - excluded.window_ms * interval '1 millisecond' then excluded.blocked_until
        when t.attempts + 1 < excluded.max_attempts then '-infinity'
        else now() + interval '1 millisecond'
          * least(excluded.pause_max_ms, excluded.pause_ms * power(2, least(t.attempts + 1 - excluded.max_attempts, 20)))
      end,
      max_attempts = excluded.max_attempts,
      window_ms = excluded.window_ms,
      pause_ms = excluded.pause_ms,
      pause_max_ms = excluded.pause_max_ms,
      expires_at = now() + greatest(excluded.window_ms, excluded.pause_max_ms) * interval '1 millisecond'
    where t.blocked_until <= now()
    returning t.key, t.blocked_until > now() as "isLast"`,
});

export const findBlock = statement<[keys: Buffer[]], { waitMs: number; key: Buffer }>({
  name: 'accounts.findBlock',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select
      (extract(epoch from t.blocked_until - now()) * 1000)::float8 as "waitMs",
      t.key
    from aquifer_accounts.throttles t
    where t.key = any ($1::bytea[]) and t.blocked_until > now()
    order by t.blocked_until desc
    limit 1`,
});

/**
 * Takes attempts back: all of them under the keys of the first list, one under each of the second. The keys are locked in
 * order, so that two callers cannot deadlock.
 */
export function forgiving(cleared: string, refunded: string): string {
  return `
    update aquifer_accounts.throttles t
    set
      attempts = case when t.key = any (${cleared}::bytea[]) then 0 else greatest(t.attempts - 1, 0) end,
      blocked_until = case
        when t.key = any (${cleared}::bytea[]) or t.attempts <= t.max_attempts then '-infinity'
        else t.blocked_until
      end
    from (
      select l.key
      from aquifer_accounts.throttles l
      where l.key = any (${cleared}::bytea[] || ${refunded}::bytea[])
      order by l.key
      for update
    ) locked
    where t.key = locked.key`;
}

export const forgiveAttempts = statement<[cleared: Buffer[], refunded: Buffer[]]>({
  name: 'accounts.forgiveAttempts',
  lane: 'critical',
  deadlineMs: 2_000,
  text: forgiving('$1', '$2'),
});

/** Where a user has logged in before, nobody elsewhere can lock him out. Written once a day at most. */
export const rememberNetwork = statement<[userId: string, network: string]>({
  name: 'accounts.rememberNetwork',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.known_networks as k (user_id, network)
    values ($1, $2)
    on conflict (user_id, network) do update set last_seen_at = now()
    where k.last_seen_at < now() - interval '1 day'`,
});
