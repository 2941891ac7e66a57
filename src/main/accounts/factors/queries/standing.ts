/** SQL on what a session has proven: raised by a fresh proof, under a new token, as NIST SP 800-63B asks. */

import { statement } from '../../../database/index.ts';
import type { Method } from '../../methods.ts';
import { OWN_SESSION_COLUMNS, type OwnSessionRow } from '../../queries/sessions.ts';

/** A page that polls must not be logged out by an answer that comes late. */
export const RAISE_GRACE_MS = 10_000;

/** The token before serves requests under way for a moment, and never as a fresh proof: see `accounts.findRotatedSession`. */
export const raiseSession = statement<
  [sessionId: string, userId: string, newTokenHash: Buffer, proven: readonly Method[], graceMs: number],
  OwnSessionRow
>({
  name: 'accounts.raiseSession',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.sessions s
    set
      token_hash = $3,
      previous_token_hash = s.token_hash,
      previous_valid_until = now() + $5::float8 * interval '1 millisecond',
      rotated_at = now(),
      authenticated_at = now(),
      methods = s.methods || array(select m from unnest($4::text[]) m where m <> all (s.methods))
    where s.id = $1 and s.user_id = $2 and s.expires_at > now()
    returning ${OWN_SESSION_COLUMNS}`,
});
