/** What a page must know before anyone has logged in. Nothing here is a secret. */

import type { AccountsParts } from './parts.ts';
import { canHavePasskeys } from './passkeys/relying-party.ts';
import type { Settings } from './schema.ts';

export function readSettings({ config }: Pick<AccountsParts, 'config'>): Settings {
  return {
    application: { name: config.appName, accent: config.appAccent, logoUrl: config.appLogoUrl ?? null },
    passwordMinLength: config.passwordMinLength,
    requireVerifiedEmail: config.requireVerifiedEmail,
    mailLogIn: config.mailLogIn,
    passkeys: canHavePasskeys(config.baseUrl),
    isWatch: false,
  };
}
