// What comes after a log-in: a second factor, where the account must have one and has none; another password, where the one
// that was given is on the lists of attackers; else where the visitor wanted to go.
import { api } from '../api.ts';
import { addressOf, goTo } from './address.ts';
import { leaveTo, wishedNext } from './next.ts';

/** Whoever cannot be asked about it goes on: what he may do is decided at the server. */
export async function leaveLoggedIn(): Promise<void> {
  const next = wishedNext();
  const [factors, me] = await Promise.all([
    api.accounts.factors.get().catch(() => null),
    api.accounts.me().catch(() => null),
  ]);
  const hasFactor = factors === null || factors.totp !== null || factors.passkeys > 0;
  if (factors?.isRequired && !hasFactor) goTo(addressOf('set-up-factor', next));
  else if (me?.mustChangePassword) leaveTo(`${addressOf('account', next)}#security`);
  else leaveTo(next);
}
