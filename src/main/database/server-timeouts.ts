/**
 * The server's own time-outs, which stand behind the pool's deadlines: should this process hang or lose its network, no
 * statement, lock or forgotten transaction of a session outlives them.
 */

export interface ServerTimeouts {
  /** The longest a statement may take. 0 for never, in all four; left out, the server's own setting stays. */
  statementMs?: number;
  /** The longest a statement may wait for a lock. */
  lockMs?: number;
  /** The longest a transaction may stand between two statements. */
  idleInTransactionMs?: number;
  /** The longest a transaction may take as a whole; from Postgres 17, and nothing before. */
  transactionMs?: number;
}

/** What a server of ours has, and a drop-in that asks for it by `true`. */
export const SERVER_TIMEOUTS: Required<ServerTimeouts> = {
  statementMs: 120_000,
  lockMs: 60_000,
  idleInTransactionMs: 60_000,
  transactionMs: 180_000,
};

const settings: Record<keyof ServerTimeouts, { name: string; sinceVersion: number }> = {
  statementMs: { name: 'statement_timeout', sinceVersion: 0 },
  lockMs: { name: 'lock_timeout', sinceVersion: 0 },
  idleInTransactionMs: { name: 'idle_in_transaction_session_timeout', sinceVersion: 0 },
  transactionMs: { name: 'transaction_timeout', sinceVersion: 170_000 },
};

/**
 * What a session runs once to have them; nothing where none is asked for.
 *
 * @param isSetAlready the names of settings that the program itself gave with the connection, and that stay as they are
 * @throws RangeError for what is no whole number of milliseconds
 */
export function timeoutsSql(timeouts: ServerTimeouts, isSetAlready: (name: string) => boolean = () => false): string {
  const lines = Object.entries(timeouts).flatMap(([key, ms]) => {
    const { name, sinceVersion } = settings[key as keyof ServerTimeouts];
    if (ms === undefined || isSetAlready(name)) return [];
    // Postgres keeps them in 32 bits.
    if (!Number.isInteger(ms) || ms < 0 || ms > 2_147_483_647) {
      throw new RangeError(`serverTimeouts.${key} is ${ms}, and not a whole number of milliseconds`);
    }
    const since = sinceVersion === 0 ? '' : ` where current_setting('server_version_num')::int >= ${sinceVersion}`;
    return [`select pg_catalog.set_config('${name}', '${ms}', false)${since};`];
  });
  return lines.join('\n');
}
