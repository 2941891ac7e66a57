/**
 * Limits on guessing, kept in Postgres so that every process counts together. An attempt is counted before it is made and
 * taken back when it was right: a thousand guesses at the same moment get no more tries than one after the other.
 *
 * Three counts stand against the guessing of passwords, and a fourth alone on a device that the account knows. By account and network: the one that locks first, and locks only
 * the network that guessed. By account: against guessing from many networks, and not asked of a network where the user has
 * logged in before, so that nobody can lock him out of it. By network: against guessing at many accounts.
 */

import { createHash } from 'node:crypto';
import type { Database, Origin } from '../database/index.ts';
import type { Clock } from '../foundation/clock.ts';
import { tooManyAttempts } from './errors.ts';
import { findBlock, forgiveAttempts, takeAttempts } from './queries/throttles.ts';

interface Rule {
  name: string;
  /** So many attempts are free; each further one doubles the pause. */
  maxAttempts: number;
  /** After this long the count begins again. */
  windowMs: number;
  pauseMs: number;
  pauseMaxMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

function backingOff(name: string, maxAttempts: number, pauseMaxMs: number): Rule {
  return { name, maxAttempts, windowMs: 24 * HOUR, pauseMs: 30 * SECOND, pauseMaxMs };
}

function atMost(name: string, maxAttempts: number, windowMs: number): Rule {
  return { name, maxAttempts, windowMs, pauseMs: windowMs, pauseMaxMs: windowMs };
}

export const rules = {
  passwordByAccountAndNetwork: backingOff('password by account and network', 5, 15 * MINUTE),
  /** With the pauses about fifty guesses a day, from all networks where the user has never been. */
  passwordByAccount: backingOff('password by account', 20, HOUR),
  /** In place of all others, on a device where the user has logged in before. */
  passwordByAccountAndDevice: backingOff('password by account and device', 5, 15 * MINUTE),
  /** Above what may be in flight at once: the right ones are counted until they are known to be right. */
  passwordByNetwork: atMost('password by network', 300, 10 * MINUTE),
  /**
   * All factors of an account together, over all challenges; asked only of those who have shown the first one. With the
   * pauses some twenty guesses a day of a million: far below the hundred in a row of NIST SP 800-63B.
   */
  secondFactorByAccount: {
    ...{ name: 'second factor by account', maxAttempts: 10, windowMs: 24 * HOUR },
    ...{ pauseMs: 15 * MINUTE, pauseMaxMs: 24 * HOUR },
  },
  tokenByNetwork: atMost('token by network', 60, 10 * MINUTE),
  /** Over all mails of an address; its link still works when they are spent. About fifty guesses at a code a day. */
  mailCodeByAddress: backingOff('mail code by address', 20, HOUR),
  /** Log-ins by other sites that are begun: each keeps a row, and may have the site be asked. */
  socialByNetwork: atMost('social by network', 100, 10 * MINUTE),
  mailByNetwork: atMost('mail by network', 100, HOUR),
  mailByAddressAndNetwork: atMost('mail by address and network', 5, HOUR),
  mailByAddress: atMost('mail by address', 20, HOUR),
} as const satisfies Record<string, Rule>;

/** Something to be counted: under which rule, and of whom. */
export interface Attempt {
  rule: Rule;
  key: Buffer;
}

/** What an attempt that was right gives back: `cleared` starts anew, `refunded` loses this one attempt. */
export interface Forgiveness {
  readonly cleared: readonly Attempt[];
  readonly refunded: readonly Attempt[];
}

export const NOTHING_TO_FORGIVE: Forgiveness = { cleared: [], refunded: [] };

export interface Throttle {
  /**
   * Refuses what this process has just seen blocked, without asking the database: a flood must not reach it.
   *
   * @throws AppError too_many_attempts
   */
  refuseIfBlocked(attempts: readonly Attempt[]): void;
  /**
   * Counts all of them, or none where one is blocked.
   *
   * @returns whether this was the last for now under one of them: exactly one caller is told so for each block
   * @throws AppError too_many_attempts
   */
  take(attempts: readonly Attempt[], origin: Origin): Promise<boolean>;
  /** After an attempt that was right. */
  forgive(forgiveness: Forgiveness, origin: Origin): Promise<void>;
  /** The same, where another statement has taken the attempts back: what this process remembers of blocks. */
  forgetBlocks(forgiveness: Forgiveness): void;
}

export function attempt(rule: Rule, ...subject: string[]): Attempt {
  const key = createHash('sha256')
    .update([rule.name, ...subject].join('\n'))
    .digest();
  return { rule, key };
}

/** From where somebody guesses, as far as the account knows the place. */
export interface GuessPlace {
  readonly network: string;
  readonly isNetworkKnown: boolean;
  /** The browser's id where the account has logged in from it before: then its own count is the only one. */
  readonly deviceId?: string | null;
}

/** The counts that a guess at a password goes under. What may be cleared by a right one stands first. */
export function passwordAttempts(emailKey: string, { network, isNetworkKnown, deviceId }: GuessPlace): Attempt[] {
  if (deviceId) return [attempt(rules.passwordByAccountAndDevice, emailKey, deviceId)];
  return [
    attempt(rules.passwordByAccountAndNetwork, emailKey, network),
    attempt(rules.passwordByNetwork, network),
    ...(isNetworkKnown ? [] : [attempt(rules.passwordByAccount, emailKey)]),
  ];
}

/** The counts for asking that mail be sent to an address. */
export function mailAttempts(emailKey: string, network: string): Attempt[] {
  return [
    attempt(rules.mailByAddressAndNetwork, emailKey, network),
    attempt(rules.mailByNetwork, network),
    attempt(rules.mailByAddress, emailKey),
  ];
}

/** Short, because another process may have forgiven the attempts meanwhile. */
const REMEMBER_BLOCK_MS = 1_000;
const MAX_REMEMBERED = 10_000;

export function createThrottle(database: Database, clock: Clock): Throttle {
  const blocks = new Map<string, { untilMs: number; seenUntilMs: number }>();

  const remember = (key: Buffer, waitMs: number) => {
    if (blocks.size >= MAX_REMEMBERED) blocks.clear();
    const nowMs = clock.monotonicMs();
    const seenUntilMs = nowMs + Math.min(waitMs, REMEMBER_BLOCK_MS);
    blocks.set(key.toString('base64'), { untilMs: nowMs + waitMs, seenUntilMs });
  };

  const forgetBlocks = ({ cleared, refunded }: Forgiveness) => {
    for (const { key } of [...cleared, ...refunded]) blocks.delete(key.toString('base64'));
  };

  return {
    refuseIfBlocked(attempts) {
      for (const { key } of attempts) {
        const name = key.toString('base64');
        const block = blocks.get(name);
        const nowMs = clock.monotonicMs();
        if (block && block.seenUntilMs > nowMs) throw tooManyAttempts(toSeconds(block.untilMs - nowMs));
        if (block) blocks.delete(name);
      }
    },
    async take(attempts, origin) {
      const keys = attempts.map(({ key }) => key);
      const of = (member: Exclude<keyof Rule, 'name'>) => attempts.map(({ rule }) => rule[member]);
      const taken = await database.query(
        takeAttempts,
        [keys, of('maxAttempts'), of('windowMs'), of('pauseMs'), of('pauseMaxMs')],
        origin,
      );
      if (taken.length === attempts.length) return taken.some(({ isLast }) => isLast);
      const [block] = await database.query(findBlock, [keys], origin);
      if (block) remember(block.key, block.waitMs);
      throw tooManyAttempts(toSeconds(block?.waitMs ?? 0));
    },
    async forgive(forgiveness, origin) {
      forgetBlocks(forgiveness);
      await database.execute(forgiveAttempts, keysOf(forgiveness), origin);
    },
    forgetBlocks,
  };
}

export function keysOf({ cleared, refunded }: Forgiveness): [cleared: Buffer[], refunded: Buffer[]] {
  return [cleared.map(({ key }) => key), refunded.map(({ key }) => key)];
}

function toSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / SECOND));
}
