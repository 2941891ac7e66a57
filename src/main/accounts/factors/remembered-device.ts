/** Devices on which the second factor was given before, and which their user asked us to remember. */

import type { AccountsParts, Visit } from '../parts.ts';
import type { CredentialRow } from '../queries/users.ts';

/** Whether this browser brought the token of a device that this very user had remembered. */
export async function isDeviceRemembered(
  _parts: AccountsParts,
  _visit: Visit<unknown>,
  _user: Pick<CredentialRow, 'id'>,
): Promise<boolean> {
  return false;
}
