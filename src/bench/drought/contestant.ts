/** A server under test: how it is started on the drought's database, and how the schedule is aimed at it. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type ChildServer, startChildServer } from '../support/child-server.ts';

export interface RunningServer {
  url: string;
  /** For asking the server what it sees; undefined where there is nobody to ask. */
  operatorToken: string | undefined;
  stop(): Promise<void>;
}

export interface Contestant {
  id: 'ordinary' | 'aquifer' | 'target';
  name: string;
  /** The file of the adapter that turns the schedule's streams into requests. */
  adapterPath: string;
  start(): Promise<RunningServer>;
}

/** A server that is still busy with yesterday's requests must not keep the harness waiting. */
const STOP_MS = 4_000;
const running = new Set<ChildServer>();
/** What a program needs of its surroundings. Settings of whoever runs the drought stay away: both have their defaults. */
const KEPT = /^(PATH|HOME|TMPDIR|TMP|TEMP|USER|LANG|LC_.*|TZ|SYSTEMROOT|NODE_.*)$/i;

/** The server's process, on this database. */
export async function startServer(
  script: URL,
  environment: Record<string, string>,
): Promise<ChildServer & { errorText(): string }> {
  const others = Object.keys(process.env).filter((name) => !KEPT.test(name));
  const without = Object.fromEntries(others.map((name) => [name, undefined]));
  const server = await startChildServer(script, [], { ...without, ...environment });
  running.add(server);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= endWithin(server);
    return stopping;
  };
  return { ...server, stop };
}

async function endWithin(server: ChildServer): Promise<void> {
  const hasEnded = server.stop().then(() => true);
  if (!(await Promise.race([hasEnded, sleep(STOP_MS, false)]))) {
    endNow(server.pid);
    await hasEnded;
  }
  running.delete(server);
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was quicker.
  }
}

/** On the way out, when there is no time to ask. */
export function endServersNow(): void {
  for (const { pid } of running) endNow(pid);
}
