/** SQL on log-ins that wait for the second factor. Counting a try, and ending the wait, are one guarded statement each. */

import { statement } from '../../../database/index.ts';
import type { Method } from '../../methods.ts';
import type { SessionTransport } from '../../schema.ts';

export const insertChallenge = statement<
  [
    tokenHash: Buffer,
    userId: string,
    passwordVersion: number,
    methods: readonly Method[],
    transport: SessionTransport,
    lifetimeMs: number,
  ],
  { expiresAt: Date }
>({
  name: 'accounts.insertChallenge',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.log_in_challenges
      (token_hash, user_id, password_version, methods, transport, expires_at)
    values ($1, $2, $3, $4, $5, now() + $6::float8 * interval '1 millisecond')
    returning expires_at as "expiresAt"`,
});

export interface ChallengeRow {
  userId: string;
  passwordVersion: number;
  methods: Method[];
  transport: SessionTransport;
}

/** Counts the try before it is made: however many come at once, no more than so many are let through. */
export const countChallengeTry = statement<[tokenHash: Buffer, triesMax: number], ChallengeRow>({
  name: 'accounts.countChallengeTry',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.log_in_challenges c
    set attempts = c.attempts + 1
    where c.token_hash = $1 and c.attempts < $2 and c.expires_at > now()
    returning
      c.user_id as "userId",
      c.password_version as "passwordVersion",
      c.methods,
      c.transport`,
});

/** Whose log-in waits, for who must know it before a try, such as to make a passkey's options. Counts nothing. */
export const findChallenge = statement<[tokenHash: Buffer, triesMax: number], ChallengeRow>({
  name: 'accounts.findChallenge',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select
      c.user_id as "userId",
      c.password_version as "passwordVersion",
      c.methods,
      c.transport
    from aquifer_accounts.log_in_challenges c
    where c.token_hash = $1 and c.attempts < $2 and c.expires_at > now()`,
});

/** Of any number who answered it rightly, one gets a row. */
export const consumeChallenge = statement<[tokenHash: Buffer], { userId: string }>({
  name: 'accounts.consumeChallenge',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.log_in_challenges
    where token_hash = $1 and expires_at > now()
    returning user_id as "userId"`,
});

export const deleteChallenges = statement<[userId: string]>({
  name: 'accounts.deleteChallenges',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.log_in_challenges
    where user_id = $1`,
});
