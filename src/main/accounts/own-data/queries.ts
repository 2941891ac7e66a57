/** SQL on all that belongs to one user: what he may take away, column by column and without a secret, and its end. */

import { statement } from '../../database/index.ts';

/** All that the account is, in one object. What grows without end is not in here. */
export const readOwnAccount = statement<[userId: string], { account: Record<string, unknown> }>({
  name: 'accounts.readOwnAccount',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select jsonb_build_object(
      'id', u.id,
      'email', u.email,
      'emailVerifiedAt', u.email_verified_at,
      'name', u.name,
      'locale', u.locale,
      'role', u.role,
      'permissions', u.permissions,
      'hasPassword', u.password_hash is not null,
      'secondFactors', u.second_factors,
      'createdAt', u.created_at,
      'updatedAt', u.updated_at,
      'roles', (
        select coalesce(jsonb_agg(r.role_name order by r.role_name), '[]')
        from aquifer_accounts.user_roles r
        where r.user_id = u.id
      ),
      'sessions', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'id', s.id, 'createdAt', s.created_at, 'lastUsedAt', s.last_used_at, 'expiresAt', s.expires_at, 'ip', s.ip,
          'userAgent', s.user_agent, 'city', s.city, 'country', s.country, 'methods', s.methods
        ) order by s.id), '[]')
        from aquifer_accounts.sessions s
        where s.user_id = u.id
      ),
      'knownNetworks', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'network', k.network, 'lastSeenAt', k.last_seen_at
        ) order by k.network), '[]')
        from aquifer_accounts.known_networks k
        where k.user_id = u.id
      ),
      'emailChanges', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'newEmail', c.new_email, 'oldEmail', c.old_email, 'createdAt', c.created_at, 'confirmedAt', c.confirmed_at
        ) order by c.id), '[]')
        from aquifer_accounts.email_changes c
        where c.user_id = u.id
      ),
      'authenticatorApps', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'createdAt', t.created_at, 'confirmedAt', t.confirmed_at
        ) order by t.id), '[]')
        from aquifer_accounts.totp_factors t
        where t.user_id = u.id
      ),
      'recoveryCodes', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'createdAt', c.created_at, 'usedAt', c.used_at
        ) order by c.created_at), '[]')
        from aquifer_accounts.recovery_codes c
        where c.user_id = u.id
      ),
      'rememberedDevices', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'id', d.id, 'userAgent', d.user_agent, 'createdAt', d.created_at, 'lastUsedAt', d.last_used_at,
          'expiresAt', d.expires_at
        ) order by d.id), '[]')
        from aquifer_accounts.remembered_devices d
        where d.user_id = u.id
      ),
      'passkeys', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'id', p.id, 'name', p.name, 'createdAt', p.created_at, 'lastUsedAt', p.last_used_at,
          'isBackedUp', p.is_backed_up, 'transports', p.transports
        ) order by p.id), '[]')
        from aquifer_accounts.passkeys p
        where p.user_id = u.id
      ),
      'connectedAccounts', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'id', i.id, 'provider', i.provider, 'instance', i.instance, 'issuer', i.issuer, 'subject', i.subject,
          'email', i.email, 'name', i.name, 'scopes', i.scopes, 'createdAt', i.created_at, 'lastUsedAt', i.last_used_at
        ) order by i.id), '[]')
        from aquifer_accounts.social_identities i
        where i.user_id = u.id
      ),
      'apiKeys', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'id', a.id, 'name', a.name, 'hint', a.hint, 'scopes', a.scopes, 'createdAt', a.created_at,
          'expiresAt', a.expires_at, 'lastUsedAt', a.last_used_at, 'lastUsedIp', a.last_used_ip
        ) order by a.id), '[]')
        from aquifer_accounts.api_keys a
        where a.user_id = u.id
      )
    ) as account
    from aquifer_accounts.users u
    where u.id = $1`,
});

export interface OwnAuditRow {
  id: string;
  event: Record<string, unknown>;
}

const EVENT = `
      e.id,
      jsonb_build_object(
        'id', e.id, 'at', e.at, 'action', e.action, 'outcome', e.outcome, 'actorKind', e.actor_kind, 'actorId', e.actor_id,
        'subjectKind', e.subject_kind, 'subjectId', e.subject_id, 'sessionId', e.session_id, 'ip', e.ip,
        'userAgent', e.user_agent, 'details', e.details
      ) as event`;

/** What was done to him, by himself or another. Where another was at it, from where is that one's own affair. */
export const listAuditOfSubject = statement<[userId: string, afterId: string, limit: number], OwnAuditRow>({
  name: 'accounts.listOwnAuditOfSubject',
  lane: 'bulk',
  deadlineMs: 10_000,
  text: `
    select
      e.id,
      jsonb_build_object(
        'id', e.id, 'at', e.at, 'action', e.action, 'outcome', e.outcome, 'actorKind', e.actor_kind,
        'actorId', e.actor_id, 'subjectKind', e.subject_kind, 'subjectId', e.subject_id, 'details', e.details
      ) || case
        when e.actor_id = e.subject_id or e.actor_kind = 'anyone'
          then jsonb_build_object('sessionId', e.session_id, 'ip', e.ip, 'userAgent', e.user_agent)
        else '{}'
      end as event
    from aquifer_accounts.audit_events e
    where e.subject_kind = 'user' and e.subject_id = $1 and e.id > $2
    order by e.id
    limit $3`,
});

/** What he did to others and to other things. */
export const listAuditOfActor = statement<[userId: string, afterId: string, limit: number], OwnAuditRow>({
  name: 'accounts.listOwnAuditOfActor',
  lane: 'bulk',
  deadlineMs: 10_000,
  text: `
    select ${EVENT}
    from aquifer_accounts.audit_events e
    where e.actor_id = $1
      and not (e.subject_kind = 'user' and e.subject_id = $1)
      and e.id > $2
    order by e.id
    limit $3`,
});

/** His row is locked: nothing of his begins meanwhile. */
export const findUserToDelete = statement<[userId: string], { email: string; emailKey: string; role: string }>({
  name: 'accounts.findUserToDelete',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    select u.email, u.email_key as "emailKey", u.role
    from aquifer_accounts.users u
    where u.id = $1
    for update`,
});

/** Everything that refers to the user goes with the row. */
export const deleteUser = statement<[userId: string]>({
  name: 'accounts.deleteUser',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    delete from aquifer_accounts.users
    where id = $1`,
});

/** What waits to be sent to him. */
export const deleteMailTo = statement<[emailKey: string]>({
  name: 'accounts.deleteMailTo',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    delete from aquifer_accounts.mail_requests
    where email_key = $1`,
  unindexedBecause: 'it looks through the mail that waits to be sent, which is little',
});

export const insertErasure = statement<[userId: string]>({
  name: 'accounts.insertErasure',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.erasures (user_id)
    values ($1)
    on conflict (user_id) do nothing`,
});

/** Those whose last request is over by now. */
export const listErasures = statement<[waitMs: number, limit: number], { userId: string }>({
  name: 'accounts.listErasures',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    select e.user_id as "userId"
    from aquifer_accounts.erasures e
    where e.requested_at <= now() - $1::float8 * interval '1 millisecond'
    order by e.requested_at
    limit $2`,
});

export const deleteErasure = statement<[userId: string]>({
  name: 'accounts.deleteErasure',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    delete from aquifer_accounts.erasures
    where user_id = $1`,
});
