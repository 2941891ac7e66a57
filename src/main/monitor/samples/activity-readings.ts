/** From a look at the server's sessions to figures: how many there are, what they do, who waits for a lock. */

import type { ActivitySample } from './backend.ts';
import type { Reading } from './reading-hub.ts';

export function readingsOf({ backends }: ActivitySample): Reading[] {
  let active = 0;
  let idleInTransaction = 0;
  let waiting = 0;
  let longestMs = 0;
  for (const { backendType, state, transactionMs, waitEventType } of backends) {
    if (waitEventType === 'Lock') waiting += 1;
    if (backendType !== 'client backend') continue;
    if (state === 'active') active += 1;
    if (state?.startsWith('idle in transaction')) idleInTransaction += 1;
    longestMs = Math.max(longestMs, transactionMs ?? 0);
  }
  return [
    { name: 'server.active', scope: '', value: active },
    { name: 'server.idleInTransaction', scope: '', value: idleInTransaction },
    { name: 'server.longestTransactionMs', scope: '', value: longestMs },
    { name: 'locks.waiting', scope: '', value: waiting },
  ];
}
