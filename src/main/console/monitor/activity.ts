// Sessions in the order of who matters, and in words.
import type { SessionView } from '../../client/index.ts';

const UUID_LENGTH = 36;

/** Those who stand in others' way first, then the longest. Who only waits for work is left out. */
export function arrangeSessions(all: readonly SessionView[], search: string): readonly SessionView[] {
  const wanted = search.trim().toLowerCase();
  const victims = new Map<number, number>();
  for (const { blockedBy } of all) for (const pid of blockedBy) victims.set(pid, (victims.get(pid) ?? 0) + 1);
  const weightOf = (session: SessionView) => victims.get(session.pid) ?? 0;
  return all
    .filter((session) => isAtWork(session) || session.lane !== null || weightOf(session) > 0)
    .filter((session) => textOf(session).includes(wanted))
    .toSorted((one, other) => weightOf(other) - weightOf(one) || ageMs(other) - ageMs(one) || one.pid - other.pid);
}

/** The server's own standing processes have no state; a vacuum, a base backup or a replica has one while it works. */
function isAtWork({ state }: SessionView): boolean {
  return state !== null && state !== 'idle';
}

function textOf({ applicationName, route, statement, tenant }: SessionView): string {
  return `${statement}\n${route ?? ''}\n${tenant ?? ''}\n${applicationName}`.toLowerCase();
}

function ageMs({ queryMs, transactionMs }: SessionView): number {
  return transactionMs ?? queryMs ?? 0;
}

/** "active, on the processor", "waits for a lock of pid 812". */
export function sessionState({ blockedBy, state, waitEvent, waitEventType }: SessionView): string {
  if (blockedBy.length > 0) return `waits for a lock of ${blockedBy.map(pidWords).join(', ')}`;
  if (state !== 'active') return state ?? 'unknown';
  return waitEvent ? `active, waits for ${waitEventType} ${waitEvent}` : 'active, on the processor';
}

function pidWords(pid: number): string {
  return pid === 0 ? 'a prepared transaction' : `pid ${pid}`;
}

/** Whose session it is: the route it works for, or the program that opened it. */
export function whoIs({ applicationName, backendType, pid, route, tenant, userName }: SessionView): string {
  const who = route ?? (backendType === 'client backend' ? applicationName || 'a program without a name' : backendType);
  return [who, tenant ? tenantWords(tenant) : null, userName, `pid ${pid}`].filter(Boolean).join(', ');
}

/** A user's id is as long as it is alike: its end tells two of them apart. */
export function tenantWords(tenant: string): string {
  return tenant.length === UUID_LENGTH ? `user …${tenant.slice(-6)}` : `user ${tenant}`;
}
