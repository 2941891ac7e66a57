/**
 * Puts backends that do long work which can wait behind the others, at the processors of this machine: where Postgres runs
 * beside this process, the kernel then gives a log-in its core at once, and a report what is left. A backend is told by its
 * title, which names our own end of the socket: the same number on another machine, or in another container, is another's
 * process. Where the kernel puts each session into a group of its own (sched(7), "The autogroup feature"), the group's
 * priority is what counts, so it is set too. Linux alone says all of this; elsewhere, and where rights are missing, nothing
 * is done.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import type { Client } from 'pg';

export interface PrioritisedBackend {
  readonly client: Client;
  readonly pid: number;
  readonly isPooled: boolean;
}

interface Backend {
  /** As the backend's title ends in: our own end of the socket. */
  readonly caller: string;
  /** Not on this machine, not ours to touch, or not to be told. */
  isOutOfReach: boolean;
  /** What it had before; undefined while it stands as it began. */
  usual: Standing | undefined;
  nice: number;
}

interface Standing {
  nice: number;
  groupNice: number | undefined;
}

/** What writes may hold what others wait for (a row, the log's end), and must come to its end: a tenth of a contended core. */
export const LOW_NICE = 10;
/** A read keeps nobody from anything: it has what nobody wants. */
export const LOWEST_NICE = 19;
/** What `pg`'s types leave out. */
type Connected = Client & { connection?: { stream?: { localPort?: number } } };

export class BackendPriorities {
  readonly #backends = new Map<number, Backend>();

  opened({ client, isPooled, pid }: PrioritisedBackend): void {
    if (isPooled || pid <= 0) return;
    this.#backends.set(pid, { caller: callerOf(client), isOutOfReach: false, usual: undefined, nice: 0 });
  }

  closed(pid: number): void {
    this.#backends.delete(pid);
  }

  /** Does nothing where it stands so already, or cannot be reached. */
  lower(pid: number, nice: typeof LOW_NICE | typeof LOWEST_NICE): void {
    const backend = this.#backends.get(pid);
    if (!backend || backend.nice === nice || backend.isOutOfReach) return;
    try {
      if (!isTitled(pid, backend.caller)) throw new Error('not a backend of ours');
      backend.usual ??= { nice: getPriority(pid), groupNice: groupNiceOf(pid) };
      backend.nice = nice;
      setPriority(pid, Math.max(nice, backend.usual.nice));
      if (backend.usual.groupNice !== undefined) setGroupNice(pid, Math.max(nice, backend.usual.groupNice));
    } catch {
      // Another's process, one of another user, or none any more; or it may be lowered, and not raised from 19 to 10.
      backend.isOutOfReach = true;
    }
  }

  /** @returns false where it still stands low, since raising a priority takes more rights than lowering one */
  restore(pid: number): boolean {
    const backend = this.#backends.get(pid);
    if (!backend?.usual) return true;
    const { nice, groupNice } = backend.usual;
    backend.usual = undefined;
    backend.nice = 0;
    try {
      setPriority(pid, nice);
      if (groupNice !== undefined) setGroupNice(pid, groupNice);
      return true;
    } catch {
      return false;
    }
  }
}

/** "postgres: user database 127.0.0.1(54321) SELECT"; through a Unix socket there is no port to tell it by. */
function callerOf(client: Connected): string {
  const port = client.connection?.stream?.localPort;
  return port === undefined ? ` ${client.user} ${client.database} [local] ` : `(${port}) `;
}

function isTitled(pid: number, caller: string): boolean {
  const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  return title.startsWith('postgres:') && title.includes(caller);
}

/** Undefined where there are no such groups, or this one holds more than the one process: it leads no session of its own. */
function groupNiceOf(pid: number): number | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // After the name, which may hold anything: state, parent, group, session.
  const session = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
  const found = session === pid ? /nice (-?\d+)/.exec(readOptional(`/proc/${pid}/autogroup`)) : null;
  return found ? Number(found[1]) : undefined;
}

function setGroupNice(pid: number, nice: number): void {
  writeFileSync(`/proc/${pid}/autogroup`, String(nice));
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
