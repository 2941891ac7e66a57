/** The letters of a change of address: to the new one, to the old one, and to the owner of one that is taken. */

import type { Database } from '../../database/index.ts';
import { createToken, hashToken } from '../../foundation/tokens.ts';
import { issueEmailChangeToken, issueUndoToken } from '../address/queries.ts';
import { type Content, describe, type Occasion, type Sender, write } from './templates.ts';

interface Desk {
  readonly database: Database;
  readonly sender: Sender;
  readonly signal: AbortSignal;
}

/** To the new address. Null where the change is over. */
export async function confirmNewAddress(
  { database, sender, signal }: Desk,
  changeId: string,
  occasion: Occasion,
): Promise<Content | null> {
  const token = createToken();
  const issued = await database.execute(issueEmailChangeToken, [changeId, hashToken(token)], { signal });
  if (issued === 0) return null;
  return write(sender, {
    template: 'email_change',
    subject: `Confirm your new address for ${sender.appName}`,
    before: [
      `This address shall become that of an account with ${sender.appName}, as was asked for ${describe(occasion)}.`,
      'If it was you, confirm it within 24 hours:',
    ],
    link: { label: 'Confirm the new address', url: `${sender.baseUrl}/accounts/email/confirm#token=${token}` },
    after: ['If it was not you, do not open the link. Without it nothing changes.'],
  });
}

/** To the new address, where somebody has it already. */
export function addressTaken(sender: Sender, occasion: Occasion): Content {
  return write(sender, {
    template: 'email_change_taken',
    subject: `This address has an account with ${sender.appName} already`,
    before: [
      `Someone asked to make this the address of another account with ${sender.appName}, ${describe(occasion)}. It has an account already, so nothing was changed.`,
      'If it was you, log in with this address, or delete that account first:',
    ],
    link: { label: 'Log in', url: `${sender.baseUrl}/accounts/log-in` },
    after: ['If it was not you, there is nothing to do.'],
  });
}

/** To the old address, with the way back. Null where there is none any more. */
export async function tellOldAddress(
  { database, sender, signal }: Desk,
  changeId: string,
  occasion: Occasion,
): Promise<Content | null> {
  const token = createToken();
  const issued = await database.execute(issueUndoToken, [changeId, hashToken(token)], { signal });
  if (issued === 0) return null;
  return write(sender, {
    template: 'email_changed',
    subject: `Your address for ${sender.appName} was changed`,
    before: [
      `The address of your account with ${sender.appName} was changed, ${describe(occasion)}. From now on this address opens it no more.`,
      'If it was not you, take the change back within 7 days. That ends every session, and you set a new password:',
    ],
    link: {
      label: 'Take the change back',
      url: `${sender.baseUrl}/accounts/email/confirm#token=${token}&undo=true`,
    },
    after: ['If it was you, there is nothing to do.'],
  });
}
