/** What the folders of all twins begin with, by itself: whoever only makes such a folder needs no Postgres for it. */

import { createHash } from 'node:crypto';
import { homedir } from 'node:os';

/** Of all twins of this user on this machine; the process's number follows. */
export const TWIN_PREFIX = `aquifer-twin-${createHash('sha256').update(`${homedir()}`).digest('hex').slice(0, 6)}-`;
