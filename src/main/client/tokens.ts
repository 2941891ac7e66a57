// Pairs of tokens, short tokens for other services, a change of address, and one's own data.
import type { ChangeEmail, EmailConfirmed } from '../accounts/address/schema.ts';
import type { OwnData } from '../accounts/own-data/schema.ts';
import type { CheckMail, Renewed } from '../accounts/schema.ts';
import type { Jwt, SigningKey } from '../accounts/tokens/schema.ts';
import type { Transport } from './transport.ts';

export type { EmailConfirmed, Jwt, OwnData, SigningKey };

const base = '/v1/accounts';

/** For programs that log in with `transport: 'tokens'`, and for services that verify tokens by themselves. */
export function createTokensClient(transport: Transport) {
  const { send } = transport;
  return {
    /** The next pair. The access token is used from then on; the refresh token is for the caller to keep. */
    async refresh(refreshToken: string): Promise<Renewed> {
      const answer = await send<Renewed>('POST', `${base}/tokens/refresh`, { body: { refreshToken } });
      if (answer.accessToken !== undefined) transport.setToken(answer.accessToken);
      return answer;
    },
    /** A short token that a service verifies by `/.well-known/jwks.json`, without asking back. */
    jwt: (audience: string) => send<Jwt>('POST', `${base}/tokens/jwt`, { body: { audience } }),
    /** For operators: the keys that such tokens are signed with. */
    async listSigningKeys(signal?: AbortSignal): Promise<readonly SigningKey[]> {
      return (await send<{ keys: SigningKey[] }>('GET', `${base}/signing-keys`, { signal })).keys;
    },
    revokeSigningKey: (id: string) => send<void>('DELETE', `${base}/signing-keys/${encodeURIComponent(id)}`),
  };
}

/** One's own address, and all that is one's own. */
export function createOwnDataClient({ send, setToken }: Transport) {
  return {
    /** A mail goes to the new address; nothing changes before its link is opened. */
    changeEmail: (newEmail: ChangeEmail['newEmail']) =>
      send<CheckMail>('POST', `${base}/email`, { body: { newEmail } }),
    email: {
      /** With the link to the new address, or with the one to the old address, which takes the change back. */
      confirm: (token: string) => send<EmailConfirmed>('POST', `${base}/email/confirm`, { body: { token } }),
    },
    /** Ends every session, this one too. */
    async revokeAllSessions(): Promise<{ readonly revoked: number }> {
      const answer = await send<{ revoked: number }>('POST', `${base}/sessions/revoke-all`);
      setToken(null);
      return answer;
    },
    exportMe: (signal?: AbortSignal) => send<OwnData>('GET', `${base}/me/export`, { signal }),
    /** At once and for good. @param email one's own address, so that it is meant */
    async deleteMe(email: string): Promise<void> {
      await send<void>('DELETE', `${base}/me`, { body: { email } });
      setToken(null);
    },
  };
}
