// A user's second factors as a sentence.

const names: Readonly<Record<string, string>> = {
  passkey: 'passkey',
  totp: 'authenticator app',
  recovery_code: 'recovery codes',
};

/** "Passkey, authenticator app and recovery codes." */
export function factorWords(factors: readonly string[]): string {
  if (factors.length === 0) return 'None: the password, or a mail, is all it takes to log in.';
  const known = Object.keys(names);
  const rank = (factor: string) => (known.includes(factor) ? known.indexOf(factor) : known.length);
  const words = [...factors].sort((one, other) => rank(one) - rank(other)).map((factor) => names[factor] ?? factor);
  const sentence = new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(words);
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}
