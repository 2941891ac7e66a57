/**
 * This process as a member of the deployment: it beats, and learns with each beat what it may open. Time is told by the
 * server's clock together with the number of beats seen here, so that a clock that is set, on any host, harms nothing.
 */

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Statement } from '../statement.ts';
import { type Division, divide } from './division.ts';
import {
  deleteMembers,
  listMembers,
  lockBudget,
  type Member,
  type Report,
  writeMember,
  writeShares,
} from './members.ts';
import { listSessions, readRoom } from './room.ts';

/** One transaction, on whatever connection. */
export interface BeatTransaction {
  query<Params extends readonly unknown[], Row extends object>(
    statement: Statement<Params, Row>,
    params: Params,
  ): Promise<Row[]>;
}

export interface MembershipOptions {
  /** The name that its sessions go by, before the part that tells it from others. */
  applicationName: string;
  /** The most it ever takes. */
  want: number;
  beatMs: number;
  nowMs: () => number;
}

/** What a beat says beside what stays the same. */
export interface Pulse {
  held: number;
  inForce: number;
  demand: number;
}

/** A member that misses as many loses its share. */
export const BEATS_MISSED = 3;
/** Postgres cuts a longer one off. */
const NAME_BYTES = 63;

export class Membership {
  readonly id = randomUUID();
  readonly label = `${hostname()} ${process.pid}`;
  readonly applicationName: string;
  readonly beatMs: number;
  /** What the lanes of this process are promised; known once it is known how much room there is. */
  floor = 0;
  readonly #options: MembershipOptions;
  /** Others' beats as they were last seen to grow. */
  readonly #seen = new Map<string, { beatNumber: number; sinceMs: number }>();
  #beats = 0;

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.beatMs = options.beatMs;
    const suffix = ` ${this.id.slice(0, 8)}`;
    this.applicationName = `${options.applicationName.slice(0, NAME_BYTES - suffix.length)}${suffix}`;
  }

  /** Says how it is with this process, divides the budget anew, and returns the division. To be run in one transaction. */
  async beat(transaction: BeatTransaction, pulse: Pulse): Promise<Division> {
    const report = this.#report(pulse);
    await transaction.query(lockBudget, []);
    const members = await transaction.query(listMembers, []);
    const [room] = await transaction.query(readRoom, []);
    if (!room) throw new Error('the role of this connection is not among the roles');
    const sessions = await transaction.query(listSessions, []);
    const division = divide({ report, members, room, sessions, silent: this.#findSilent(members) });
    await this.#write(transaction, report, division);
    return division;
  }

  /** Gives the share back. */
  async leave(transaction: BeatTransaction): Promise<void> {
    await transaction.query(deleteMembers, [[this.id]]);
  }

  #report({ held, inForce, demand }: Pulse): Report {
    this.#beats += 1;
    const { id, label, applicationName, beatMs, floor } = this;
    const { want } = this.#options;
    return { id, label, applicationName, beatMs, floor, want, beatNumber: this.#beats, held, inForce, demand };
  }

  async #write(transaction: BeatTransaction, report: Report, division: Division): Promise<void> {
    const { id, label, applicationName, beatNumber, beatMs, want, floor, held, inForce, demand } = report;
    if (division.gone.length > 0) await transaction.query(deleteMembers, [division.gone]);
    const others = [...division.shares].filter(([other]) => other !== id);
    if (others.length > 0) {
      await transaction.query(writeShares, [others.map(([other]) => other), others.map(([, share]) => share)]);
    }
    // Until the next beat says that the lower limit is in force, the higher one is what others must reckon with.
    const allowed = Math.max(inForce, division.allowed);
    const share = division.shares.get(id) ?? 0;
    await transaction.query(writeMember, [
      ...([id, label, applicationName, beatNumber, beatMs, want] as const),
      ...([floor, held, allowed, share, demand] as const),
    ]);
  }

  /**
   * Who has missed its beats, by two clocks: the server's, and this process's own since it saw the last beat. A server whose
   * clock was set forward makes nobody silent, nor does a process that has only just begun to watch.
   */
  #findSilent(members: readonly Member[]): Set<string> {
    const nowMs = this.#options.nowMs();
    const silent = new Set<string>();
    for (const { id, beatNumber, beatMs, silentMs } of members) {
      const limitMs = BEATS_MISSED * beatMs;
      const seen = this.#seen.get(id);
      if (seen?.beatNumber !== beatNumber) this.#seen.set(id, { beatNumber, sinceMs: nowMs });
      // It may have beaten up to one beat of ours before we saw it.
      else if (Math.abs(silentMs) >= limitMs && nowMs - seen.sinceMs >= limitMs - this.beatMs) silent.add(id);
    }
    const present = new Set(members.map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!present.has(id)) this.#seen.delete(id);
    return silent;
  }
}
