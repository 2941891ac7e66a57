/** `aquifer user disable`: nobody can log in to the account any more, and its sessions end at once. */

import { type CommandOutput, exitCodes } from './command-output.ts';
import { withAccounts } from './with-accounts.ts';

export async function runUserDisable(output: CommandOutput, email: string): Promise<number> {
  const user = await withAccounts(output, (accounts) => accounts.disableUser(email));
  output.answer([`Disabled ${user.email}; its sessions have ended.`], { user });
  return exitCodes.done;
}
