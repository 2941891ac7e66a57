/** The endpoints of one's own data. */

import { type Route, route } from '../../http/index.ts';
import type { AccountsParts } from '../parts.ts';
import { deleteOwnAccount } from './delete-account.ts';
import { exportOwnData } from './export-data.ts';
import * as schema from './schema.ts';

const base = '/v1/accounts/me';
/** For whoever has much; it is read and sent in small pages. */
const EXPORT_DEADLINE_MS = 120_000;

export function createOwnDataRoutes(parts: AccountsParts): Route[] {
  const own = { access: 'user', stepUp: true } as const;
  return [
    route('GET', `${base}/export`, { ...own, deadlineMs: EXPORT_DEADLINE_MS, schema: schema.exportMe }, (visit) =>
      exportOwnData(parts, visit),
    ),
    route('DELETE', base, { ...own, bodyLimitBytes: 16_384, schema: schema.deleteMe }, (visit) =>
      deleteOwnAccount(parts, visit),
    ),
  ];
}
