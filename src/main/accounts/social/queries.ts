/** SQL on log-ins by other sites that are under way, and on instances we have registered with. */

import { statement } from '../../database/index.ts';

type FlowParams = [
  stateHash: Buffer,
  browserHash: Buffer,
  provider: string,
  instance: string | null,
  userId: string | null,
  sessionId: string | null,
  next: string | null,
  issuer: string | null,
  subject: string | null,
  lifetimeMs: number,
];

export interface FlowRow {
  instance: string | null;
  userId: string | null;
  sessionId: string | null;
  next: string | null;
  /** The server that was asked and who was asked for, where both are known beforehand (atproto); otherwise null. */
  issuer: string | null;
  subject: string | null;
}

export const insertFlow = statement<FlowParams>({
  name: 'accounts.insertSocialFlow',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.social_flows
      (state_hash, browser_hash, provider, instance, user_id, session_id, next, issuer, subject, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + $10::float8 * interval '1 millisecond')`,
});

/**
 * Consumes a log-in under way, once. Whoever brings the state without the cookie of its browser, or to another provider,
 * matches nothing and uses nothing up.
 */
export const consumeFlow = statement<[stateHash: Buffer, browserHash: Buffer, provider: string], FlowRow>({
  name: 'accounts.consumeSocialFlow',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.social_flows
    where state_hash = $1 and browser_hash = $2 and provider = $3 and expires_at > now()
    returning instance, user_id as "userId", session_id as "sessionId", next, issuer, subject`,
});

export interface InstanceRow {
  clientId: string;
  clientSecretSealed: Buffer;
}

/** Its use is noted with it: those that nobody uses any more are cleared away. */
export const useInstance = statement<[provider: string, instance: string], InstanceRow>({
  name: 'accounts.useSocialInstance',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.social_instances
    set last_used_at = now()
    where provider = $1 and instance = $2
    returning client_id as "clientId", client_secret_sealed as "clientSecretSealed"`,
});

/** Of two registrations made at once the first one stays, for both. */
export const insertInstance = statement<
  [provider: string, instance: string, clientId: string, clientSecretSealed: Buffer],
  InstanceRow
>({
  name: 'accounts.insertSocialInstance',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.social_instances as i (provider, instance, client_id, client_secret_sealed)
    values ($1, $2, $3, $4)
    on conflict (provider, instance) do update set last_used_at = now()
    returning i.client_id as "clientId", i.client_secret_sealed as "clientSecretSealed"`,
});

/** One that cannot be opened any more, because it was sealed with another key. */
export const deleteInstance = statement<[provider: string, instance: string]>({
  name: 'accounts.deleteSocialInstance',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.social_instances
    where provider = $1 and instance = $2`,
});
