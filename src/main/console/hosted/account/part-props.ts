// What every part of the account page is given.
import type { Settings } from '../../../client/index.ts';
import type { api } from '../../api.ts';

export type Me = Awaited<ReturnType<typeof api.accounts.me>>;

export interface AccountPartProps {
  readonly settings: Settings;
  readonly me: Me;
  /** Asks anew who one is, after what changes that. */
  readonly onChange: () => void;
  /** The account is no more. */
  readonly onDeleted: () => void;
}
