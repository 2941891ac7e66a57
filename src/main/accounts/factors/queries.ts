/** SQL on second factors and on the log-ins that wait for one. */

import { statement } from '../../database/index.ts';
import type { Method } from '../methods.ts';
import type { SessionTransport } from '../schema.ts';

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
