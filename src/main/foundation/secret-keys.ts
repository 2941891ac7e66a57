/** What secrets at rest are encrypted with: the key of the settings, or the database's password where there is none. */

import type { Config } from './config.ts';

export interface SecretKeys {
  /** Undefined where there is neither; then nothing can be encrypted. */
  readonly secretKey: string | undefined;
  /** They open what was encrypted before, and encrypt nothing. */
  readonly previousKeys: readonly (string | undefined)[];
}

/** The password stays at hand when a key takes its place: setting one must not lose every authenticator app. */
export function secretKeysOf(
  { secretKey, secretKeyPrevious }: Pick<Config, 'secretKey' | 'secretKeyPrevious'>,
  connectionString: string,
): SecretKeys {
  const password = URL.canParse(connectionString) ? new URL(connectionString).password || undefined : undefined;
  return { secretKey: secretKey ?? password, previousKeys: [secretKeyPrevious, password] };
}
