/** API keys: for programs that act for their owner, within what the key's scopes name. The key itself is shown once. */

import { createId, hashToken } from '../../foundation/tokens.ts';
import type { Caller, RequestContext } from '../../http/index.ts';
import { noteAudit } from '../audit-trail/note.ts';
import { sessionEnded } from '../errors.ts';
import { requestNotice } from '../notices.ts';
import { NEWEST_ID, readCursor, toPage, writeCursor } from '../page.ts';
import type { AccountsParts } from '../parts.ts';
import { cleanName } from '../person-name.ts';
import { holdSubordinate, refuseUnlessHeld } from '../roles/authority.ts';
import { unknownPermissions } from '../roles/errors.ts';
import { listPermissions } from '../roles/permissions.ts';
import { apiKeyNotFound, invalidExpiry, tooManyApiKeys } from './errors.ts';
import { createKeyText, hintOf } from './key-text.ts';
import {
  type ApiKeyRow,
  countKeysOf,
  deleteOwnKey,
  findKeyOwner,
  getKey,
  insertKey,
  listAllKeys,
  listKeysOf,
  listKeysOfUser,
  lockOwner,
  type OwnedKeyRow,
} from './queries.ts';
import type { ApiKey, ApiKeyOfOwner, ApiKeysQuery, MadeApiKey, NewApiKey } from './schema.ts';

const DAY_MS = 86_400_000;
const DEFAULT_LIFETIME_MS = 90 * DAY_MS;
const MAX_LIFETIME_MS = 365 * DAY_MS;
export const MAX_KEYS = 50;
/** With those that have expired and are not cleared yet. */
const MAX_LISTED = 200;

interface Asked<Body = undefined> {
  readonly body: Body;
  readonly caller: Caller;
  readonly context: RequestContext;
}

/**
 * For whoever asks, and for nobody else: the owner comes from the session.
 *
 * @throws AppError unknown_permission, not_yours_to_grant, invalid_expiry, too_many_api_keys
 */
export async function createApiKey(
  parts: AccountsParts,
  { body, caller, context }: Asked<NewApiKey>,
): Promise<MadeApiKey> {
  const expiresAt = readExpiry(body.expiresAt);
  refuseScopes(parts, body.scopes, context);
  // Whatever is shown of it later is shown as text; here it only must not be empty or unprintable.
  const name = cleanName(body.name) ?? body.name;
  const key = createKeyText();
  const work = { lane: 'interactive', deadlineMs: 5_000, name: 'accounts.createApiKey', origin: context } as const;
  const row = await parts.database.transaction(work, async (transaction) => {
    const [owner] = await transaction.query(lockOwner, [caller.userId]);
    if (!owner) throw sessionEnded();
    const [counted] = await transaction.query(countKeysOf, [caller.userId]);
    if ((counted?.count ?? 0) >= MAX_KEYS) throw tooManyApiKeys(MAX_KEYS);
    const scopes = [...body.scopes].sort();
    const about = [createId(), caller.userId, name, hintOf(key), hashToken(key), scopes, expiresAt] as const;
    const [made] = await transaction.query(insertKey, [...about, DEFAULT_LIFETIME_MS]);
    if (!made) throw new Error('a key was not kept');
    await requestNotice(transaction.query, context, { kind: 'api_key_created', ...owner, about: made.hint });
    const details = {
      key: made.id,
      hint: made.hint,
      scopes: scopes.join(' '),
      expiresAt: made.expiresAt.toISOString(),
    };
    await noteAudit(transaction.query, context, { action: 'api_key.created', details });
    return made;
  });
  parts.wakeOutbox();
  return { apiKey: toApiKey(row), key };
}

export async function listOwnKeys({ database }: AccountsParts, { caller, context }: Asked<unknown>): Promise<ApiKey[]> {
  return (await database.query(listKeysOf, [caller.userId, MAX_LISTED], context)).map(toApiKey);
}

/** @throws AppError api_key_not_found where the request did not come with a key, or it was deleted meanwhile */
export async function getCurrentKey(
  { database }: AccountsParts,
  { caller, context }: Asked<unknown>,
): Promise<ApiKeyOfOwner> {
  const id = caller.standing?.apiKey?.id;
  const [row] = id === undefined ? [] : await database.query(getKey, [id, caller.userId], context);
  if (!row) throw apiKeyNotFound();
  return toOwnedKey(row);
}

/** @throws AppError api_key_not_found, for another user's too */
export async function deleteOwnApiKey(
  { database }: AccountsParts,
  id: string,
  { caller, context }: Asked<unknown>,
): Promise<undefined> {
  await removeKey({ database }, { id, userId: caller.userId }, context);
}

/** Newest first. @throws AppError invalid_cursor */
export async function findAllKeys(
  { database }: AccountsParts,
  { limit, cursor, user }: ApiKeysQuery,
  context: RequestContext,
): Promise<{ apiKeys: ApiKeyOfOwner[]; nextCursor: string | null }> {
  const before = readCursor('id', cursor, NEWEST_ID);
  const rows =
    user === undefined
      ? await database.query(listAllKeys, [before, limit + 1], context)
      : await database.query(listKeysOfUser, [before, limit + 1, user], context);
  const page = toPage(rows, limit, (row) => writeCursor('id', row.id));
  return { apiKeys: page.rows.map(toOwnedKey), nextCursor: page.nextCursor };
}

/** @throws AppError api_key_not_found, beyond_your_authority */
export async function deleteAnyApiKey(
  { database }: AccountsParts,
  id: string,
  context: RequestContext,
): Promise<undefined> {
  const [found] = await database.query(findKeyOwner, [id], context);
  if (!found) throw apiKeyNotFound();
  await removeKey({ database }, { id, userId: found.userId, isAnothers: true }, context);
}

async function removeKey(
  { database }: Pick<AccountsParts, 'database'>,
  { id, userId, isAnothers = false }: { id: string; userId: string; isAnothers?: boolean },
  context: RequestContext,
): Promise<void> {
  const work = { lane: 'interactive', deadlineMs: 5_000, name: 'accounts.deleteApiKey', origin: context } as const;
  await database.transaction(work, async (transaction) => {
    if (isAnothers) await holdSubordinate(transaction, context, userId);
    const [deleted] = await transaction.query(deleteOwnKey, [id, userId]);
    if (!deleted) throw apiKeyNotFound();
    const subject = { kind: 'user', id: userId };
    await noteAudit(transaction.query, context, {
      action: 'api_key.deleted',
      subject,
      details: { key: id, hint: deleted.hint },
    });
  });
}

/** A scope of what everybody has must be one's own to give; the others are everyone's. */
function refuseScopes({ listRoutes }: AccountsParts, scopes: readonly string[], context: RequestContext): void {
  const known = new Map(listPermissions(listRoutes()).map(({ name, kind }) => [name, kind]));
  const unknown = scopes.filter((scope) => !known.has(scope));
  if (unknown.length > 0) throw unknownPermissions('scopes', unknown);
  refuseUnlessHeld(
    context,
    scopes.filter((scope) => known.get(scope) === 'everybody'),
  );
}

function readExpiry(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const expiresAt = new Date(text);
  const aheadMs = expiresAt.getTime() - Date.now();
  if (!(aheadMs > 0 && aheadMs <= MAX_LIFETIME_MS)) throw invalidExpiry();
  return expiresAt;
}

function toApiKey({ createdAt, expiresAt, lastUsedAt, ...row }: ApiKeyRow): ApiKey {
  return {
    ...{ id: row.id, name: row.name, hint: row.hint, scopes: row.scopes },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    lastUsedIp: row.lastUsedIp,
  };
}

function toOwnedKey(row: OwnedKeyRow): ApiKeyOfOwner {
  return { ...toApiKey(row), owner: { kind: 'user', id: row.userId, email: row.userEmail } };
}
