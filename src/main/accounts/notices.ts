/** Mail that tells a user what happened to his account, so that he can tell his own doing from another's. */

import { canonicalIp } from '../foundation/network.ts';
import { createId } from '../foundation/tokens.ts';
import type { RequestContext } from '../http/index.ts';
import type { Query } from './open-session.ts';
import { insertNotice } from './queries/mail.ts';

/** What happened. Its words are in `mail/notice-words.ts`. */
export type NoticeKind =
  | 'new_device'
  | 'totp_added'
  | 'totp_removed'
  | 'passkey_added'
  | 'passkey_removed'
  | 'passkey_refused'
  | 'recovery_code_used'
  | 'recovery_codes_renewed'
  | 'token_reused'
  | 'email_changed'
  | 'social_linked'
  | 'social_unlinked'
  | 'api_key_created'
  | 'impersonated'
  | 'factors_locked'
  | 'factors_reset'
  | 'account_deleted';

export interface Notice {
  readonly kind: NoticeKind;
  readonly email: string;
  readonly emailKey: string;
  /** Chosen by us, such as a provider's or a device's name; nothing that a stranger could have typed. */
  readonly about?: string;
}

/** In the transaction of what it tells of; whoever asks wakes the outbox afterwards. */
export async function requestNotice(
  query: Query,
  context: Pick<RequestContext, 'ip'> | null,
  { kind, email, emailKey, about }: Notice,
): Promise<void> {
  const details = JSON.stringify({ kind, ...(about === undefined ? {} : { about }) });
  await query(insertNotice, [createId(), email, emailKey, context ? canonicalIp(context.ip) : null, details]);
}
