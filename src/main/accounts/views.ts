/** Rows as the API shows them: field by field, so that nothing is shown because it happened to be read. */

import { acrOf } from './methods.ts';
import type { MailRow } from './queries/mail.ts';
import type { SessionRow } from './queries/sessions.ts';
import type { UserRow } from './queries/users.ts';
import type { Mail, Session, User } from './schema.ts';
import { describeDevice } from './sessions/device.ts';

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    emailVerified: row.emailVerified,
    name: row.name,
    role: row.role,
    disabled: row.disabled,
    locale: row.locale,
    secondFactors: row.secondFactors,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** @param currentId the session that asks, where one does */
export function toSession(row: SessionRow, currentId: string | null): Session {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    ip: row.ip,
    userAgent: row.userAgent,
    device: describeDevice(row.userAgent),
    place: row.city === null && row.country === null ? null : { city: row.city, country: row.country },
    methods: row.methods,
    acr: acrOf(row.methods),
    authenticatedAt: row.authenticatedAt.toISOString(),
    isImpersonated: row.isImpersonated,
    current: row.id === currentId,
  };
}

export function toMail(row: MailRow): Mail {
  return {
    id: row.id,
    to: row.to,
    subject: row.subject,
    template: row.template,
    text: row.text,
    ...(row.html === null ? {} : { html: row.html }),
    createdAt: row.createdAt.toISOString(),
  };
}
