/** The three droughts: the report that brings each one about, word for word the same for every server, and what is planted. */

export const kinds = ['sleep', 'cpu', 'lock'] as const;
export type Kind = (typeof kinds)[number];

export interface Report {
  /** For people: what one report does to the database. */
  meaning: string;
  text: string;
  /** Sent with the text; the same for everyone. */
  values: readonly string[];
}

/** How long each report of the drought `sleep` holds its connection, in seconds. */
export const SLEEP_SECONDS = 5;

export const reports: Readonly<Record<Kind, Report>> = {
  sleep: {
    meaning: `each report holds its connection for ${SLEEP_SECONDS} s and burns no CPU`,
    text: `
      select o.id, o.total_cents, pg_catalog.pg_sleep(${SLEEP_SECONDS})
      from (select id, total_cents from shop.orders order by id desc limit 1) o`,
    values: [],
  },
  cpu: {
    meaning:
      'each report searches millions of orders by an expression that no index serves, on the processors that all share',
    text: `
      select count(*)::integer as orders, sum(o.total_cents)::float8 as total_cents
      from shop.orders o
      where regexp_replace(lower(normalize(o.customer_email)), '[+][^@]*', '') = $1`,
    values: ['customer.427@mail.example.org'],
  },
  lock: {
    meaning: 'each report waits for a lock that a forgotten session holds',
    text: `
      update shop.report_runs
      set runs = runs + 1
      where name = 'daily'
      returning runs`,
    values: [],
  },
};

/** What a forgotten session in somebody's terminal has left open in the drought `lock`. */
export const FORGOTTEN_STATEMENT = `update shop.report_runs set note = 'checked by hand' where name = 'daily'`;
/** As `psql` calls itself. */
export const FORGOTTEN_PROGRAM = 'psql';
/** Of the observer's and the harness's own connections, which are no server's. */
export const HARNESS_PROGRAM = 'drought-harness';
