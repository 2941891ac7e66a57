/** Who runs Postgres. It refuses to run as root, so where everything is root (containers) it becomes a lesser user. */

import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';

export interface OperatingUser {
  name: string;
  uid: number;
  gid: number;
}

const PREFERRED_USERS = ['postgres', 'nobody'];

/** Undefined when we are no root: then Postgres runs as whoever we are. */
export function chooseOperatingUser(): OperatingUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readUsers();
  for (const name of PREFERRED_USERS) {
    const user = users.find((candidate) => candidate.name === name);
    if (user) return user;
  }
  return { name: 'nobody', uid: 65534, gid: 65534 };
}

/** The user who already owns a cluster goes on owning it, so that one start as root does not lock its owner out. */
export async function operatingUserOf(
  cluster: string,
  chosen: OperatingUser | undefined,
): Promise<OperatingUser | undefined> {
  if (!chosen) return undefined;
  const found = await stat(cluster).catch(() => undefined);
  if (!found || found.uid === 0) return chosen;
  const name = readUsers().find(({ uid }) => uid === found.uid)?.name ?? `user ${found.uid}`;
  return { name, uid: found.uid, gid: found.gid };
}

function readUsers(): OperatingUser[] {
  let lines: string[] = [];
  try {
    lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  } catch {
    // A container without the file is served by the numeric nobody.
  }
  return lines.map((line) => {
    const [name = '', , uid, gid] = line.split(':');
    return { name, uid: Number(uid), gid: Number(gid) };
  });
}
