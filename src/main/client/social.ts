// Logging in by another site, and what of it is linked to one's own account.
import type {
  ProviderToken,
  SocialIdentity,
  SocialProvider,
  StartedSocial,
  StartSocial,
} from '../accounts/social/schema.ts';
import type { Transport } from './transport.ts';

export type { ProviderToken, SocialIdentity, SocialProvider, StartedSocial, StartSocial };

const base = '/v1/accounts/social';

/** The part of the client for social log-in. It works in a browser on the server's own origin, which keeps the cookies. */
export function createSocialClient({ send }: Transport) {
  const of = (provider: string) => `${base}/${encodeURIComponent(provider)}`;
  const identity = (id: string) => `${base}/identities/${encodeURIComponent(id)}`;
  return {
    async providers(signal?: AbortSignal): Promise<readonly SocialProvider[]> {
      return (await send<{ providers: SocialProvider[] }>('GET', `${base}/providers`, { signal })).providers;
    },
    /** Where to send the browser; it comes back to `next`, logged in. */
    start: (provider: string, input: StartSocial = {}) =>
      send<StartedSocial>('POST', `${of(provider)}/start`, { body: input }),
    /** The same, to link what is found there to the account that is logged in. */
    link: (provider: string, input: StartSocial = {}) =>
      send<StartedSocial>('POST', `${of(provider)}/link`, { body: input }),
    async identities(signal?: AbortSignal): Promise<readonly SocialIdentity[]> {
      return (await send<{ identities: SocialIdentity[] }>('GET', `${base}/identities`, { signal })).identities;
    },
    unlink: (id: string) => send<void>('DELETE', identity(id)),
    /** The provider's own token, fresh, where the settings keep it. */
    token: (id: string) => send<ProviderToken>('POST', `${identity(id)}/token`),
  };
}
