/** SQL on what a session has proven: raised by a fresh proof, under a new token, as NIST SP 800-63B asks. */

import { statement } from '../../../database/index.ts';
import type { Method } from '../../methods.ts';
import { OWN_SESSION_COLUMNS, type OwnSessionRow } from '../../queries/sessions.ts';

/** The token before dies at once: whoever had a copy of it has gained nothing by the proof. */
export const raiseSession = statement<
  [sessionId: string, userId: string, newTokenHash: Buffer, proven: readonly Method[]],
  OwnSessionRow
>({
  name: 'accounts.raiseSession',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.sessions s
    set
      token_hash = $3,
      previous_token_hash = null,
      previous_valid_until = null,
      rotated_at = now(),
      authenticated_at = now(),
      methods = s.methods || array(select m from unnest($4::text[]) m where m <> all (s.methods))
    where s.id = $1 and s.user_id = $2 and s.expires_at > now()
    returning ${OWN_SESSION_COLUMNS}`,
});
