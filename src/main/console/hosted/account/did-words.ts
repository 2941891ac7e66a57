// What an action of the audit trail is called; one that no catalogue knows yet is read as it stands.

/** `totp.added` → "Authenticator app turned on". @param sayIfKnown of the catalogue */
export function didWords(action: string, sayIfKnown: (key: string) => string | null): string {
  const known = sayIfKnown(`account.did.${action}`);
  if (known !== null) return known;
  const words = action.replaceAll('_', ' ').replaceAll('.', ': ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
