/** What a notice says of each thing that can happen to an account: its subject, what happened, and what to do if it was another. */

import type { NoticeKind } from '../notices.ts';

export interface NoticeWords {
  readonly subject: string;
  readonly happened: string;
  readonly remedy: string;
}

const REVIEW =
  'If it was not you, set a new password with “Forgot password” on the log-in page, and look at your sessions.';

/** @param about as `Notice.about` */
export function wordsOfNotice(kind: NoticeKind, appName: string, about = ''): NoticeWords {
  const named = about === '' ? '' : ` (${about})`;
  const words: Record<NoticeKind, [subject: string, happened: string]> = {
    new_device: [`New log-in to ${appName}`, `Your account was used to log in from a new device${named}`],
    totp_added: [`A second factor was added to ${appName}`, 'An authenticator app was added to your account'],
    totp_removed: [
      `A second factor was removed from ${appName}`,
      'The authenticator app was removed from your account',
    ],
    passkey_added: [`A passkey was added to ${appName}`, `A passkey${named} was added to your account`],
    passkey_removed: [`A passkey was removed from ${appName}`, `A passkey${named} was removed from your account`],
    passkey_refused: [
      `A passkey for ${appName} was refused`,
      'One of your passkeys was refused, because it may have been copied. Remove it and add a new one',
    ],
    recovery_code_used: [`A recovery code was used for ${appName}`, `A recovery code was used to log in${named}`],
    recovery_codes_renewed: [`New recovery codes for ${appName}`, 'Your recovery codes were replaced by new ones'],
    token_reused: [
      `A session of ${appName} was ended`,
      'A secret of one of your sessions was used twice, which means that somebody has a copy. The session was ended',
    ],
    email_changed: [`Your address for ${appName} was changed`, 'The address of your account was changed'],
    social_linked: [`A log-in was linked to ${appName}`, `Another log-in${named} was linked to your account`],
    social_unlinked: [`A log-in was unlinked from ${appName}`, `A log-in${named} was unlinked from your account`],
    api_key_created: [`An API key was made for ${appName}`, `An API key${named} was made for your account`],
    impersonated: [`Support used your account with ${appName}`, 'An operator looked at your account as you see it'],
    factors_locked: [
      `Second factor locked for ${appName}`,
      'Somebody who knows your password gave too many wrong codes. The second factor is locked for a while',
    ],
    factors_reset: [
      `Your second factors for ${appName} were removed`,
      'An operator removed the second factors of your account and ended its sessions, because he was told that you had lost them',
    ],
    account_deleted: [`Your account with ${appName} was deleted`, 'Your account and all your data were deleted'],
  };
  const [subject, happened] = words[kind];
  return { subject, happened, remedy: kind === 'account_deleted' ? '' : REVIEW };
}
