/** Passkeys as the API shows them, and as WebAuthn wants to be told of them. */

import type { PasskeyRow } from './queries.ts';
import type { Passkey } from './schema.ts';

export function toPasskey(row: PasskeyRow): Passkey {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    isBackedUp: row.isBackedUp,
    transports: row.transports,
  };
}

export function toDescriptor({ credentialId, transports }: { credentialId: Buffer; transports: string[] }) {
  return { id: credentialId.toString('base64url'), type: 'public-key', transports };
}
