// Which proofs a refusal for want of a fresh one names.
import type { ProblemError } from '../../client/index.ts';
import type { Factor } from './factor-form.tsx';

const known: readonly Factor[] = ['passkey', 'totp', 'password', 'recovery_code'];

/** What the server says would do, as far as the pages can ask for it; a password where it says nothing. */
export function factorsIn({ extensions }: ProblemError): readonly Factor[] {
  const { methods } = extensions;
  const named = Array.isArray(methods) ? known.filter((factor) => methods.includes(factor)) : [];
  return named.length === 0 ? ['password'] : named;
}
