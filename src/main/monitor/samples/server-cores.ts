/**
 * How many cores Postgres has, where that can be known: it runs on this machine. The embedded one does; of another it is proven
 * by a backend of ours that is among this machine's processes. An address of the loopback proves nothing: it may be a tunnel.
 */

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Backend } from './backend.ts';

export class ServerCores {
  #isOnThisMachine: boolean | undefined;
  readonly #commandOf: (pid: number) => string | undefined;

  /** @param commandOf the name of a process of this machine */
  constructor(isEmbedded: boolean, commandOf = readCommand) {
    this.#isOnThisMachine = isEmbedded || undefined;
    this.#commandOf = commandOf;
  }

  /** Null where they are not known. */
  get count(): number | null {
    return this.#isOnThisMachine ? availableParallelism() : null;
  }

  /** Looks for our own backends among the processes, the first time that there are any. */
  learn(backends: readonly Backend[]): void {
    if (this.#isOnThisMachine !== undefined) return;
    const ours = backends.filter(({ lease }) => lease !== undefined);
    if (ours.length === 0) return;
    this.#isOnThisMachine = ours.every(({ pid }) => this.#commandOf(pid) === 'postgres');
  }
}

/** Undefined where there is no such process, and on systems without /proc. */
function readCommand(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}
