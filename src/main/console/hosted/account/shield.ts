// How well an account is protected, in one word: no score, and only what its owner can do something about.

/** So few that the next loss of a device may be the last. */
const FEW_CODES = 3;

export interface Protection {
  readonly totp: unknown;
  readonly passkeys: number;
  readonly recoveryCodes: { readonly left: number } | null;
  /** By when a second factor has to be there; null where none is asked for. */
  readonly dueAt: string | null;
}

export type ShieldState =
  | { readonly kind: 'strong' }
  | { readonly kind: 'weak' }
  | { readonly kind: 'due'; readonly dueAt: string }
  | { readonly kind: 'fewCodes'; readonly left: number };

export function shieldOf({ totp, passkeys, recoveryCodes, dueAt }: Protection): ShieldState {
  if (totp === null && passkeys === 0) return dueAt === null ? { kind: 'weak' } : { kind: 'due', dueAt };
  const left = recoveryCodes?.left ?? 0;
  return left < FEW_CODES ? { kind: 'fewCodes', left } : { kind: 'strong' };
}
