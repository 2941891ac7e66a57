/** Everything that accounts keep encrypted for longer than some minutes, so that the key can be replaced. */

import type { SealedPlace } from '../foundation/sealed-place.ts';

const schema = 'aquifer_accounts';

export const accountsSealedPlaces: readonly SealedPlace[] = [
  {
    ...{ name: 'authenticator apps', statements: 'accounts.sealedTotp' },
    ...{ table: `${schema}.totp_factors`, column: 'secret' },
    bearer: `'${schema}.totp_factors|secret|' || t.user_id::text || '|' || t.id::text`,
  },
  {
    ...{ name: 'access tokens of other sites', statements: 'accounts.sealedAccessTokens' },
    ...{ table: `${schema}.social_identities`, column: 'access_token_sealed' },
    bearer: `'social_identities.access_token:' || t.id::text`,
  },
  {
    ...{ name: 'refresh tokens of other sites', statements: 'accounts.sealedRefreshTokens' },
    ...{ table: `${schema}.social_identities`, column: 'refresh_token_sealed' },
    bearer: `'social_identities.refresh_token:' || t.id::text`,
  },
  {
    ...{ name: 'registrations at instances', statements: 'accounts.sealedInstances' },
    ...{ table: `${schema}.social_instances`, column: 'client_secret_sealed' },
    ...{ key: `((t.provider || ':' || t.instance) collate "C")`, keyType: 'text' },
    bearer: `'social_instances.client_secret:' || t.provider || ':' || t.instance`,
    unindexedBecause: 'there is a row for each instance that somebody came from',
  },
  {
    ...{ name: 'signing keys', statements: 'accounts.sealedSigningKeys' },
    ...{ table: `${schema}.signing_keys`, column: 'sealed_jwk' },
    bearer: `'signing_keys|sealed_jwk|' || t.id::text`,
  },
];
