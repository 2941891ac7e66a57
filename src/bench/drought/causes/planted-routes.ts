/**
 * The application's routes of the planted causes: three that are well written and read what is planted around them, and two
 * with a fault that is common. They belong to an application, not to Aquifer.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { type ApplicationParts, type Route, route, Type } from '../../../main/app.ts';

type Pool = ApplicationParts['pool'];

const Answer = Type.Object({ rows: Type.Integer() });
const Query = Type.Object({ number: Type.Integer({ minimum: 0 }) });

export const SUMMARY_TEXT = `
  select o.status, count(*)::integer as orders, sum(o.total_cents)::float8 as total_cents
  from shop.orders o
  where o.id between $1::bigint and $1::bigint + 60000
  group by o.status`;
export const PARCELS_TEXT = `
  select count(*)::integer as parcels, sum(p.weight_grams)::float8 as weight_grams
  from shop.parcels p
  where p.customer_id = $1::integer`;
export const CATALOGUE_TEXT = `
  select c.id, c.name
  from shop.catalogue c
  where c.id = $1::integer`;

/** What the checkout waits for while its transaction is open: somebody else's service. */
const PAYMENT_MS = 3_000;

export function plantedRoutes(pool: Pool): Route[] {
  const leaked: PoolClient[] = [];
  // Whoever still waits for a client when the fault is mended gives it back.
  let isMended = false;
  const reading = (name: string, text: string) =>
    route('GET', `/planted/${name}`, declare(`Reads ${name}`), async ({ context, query }) => {
      const { rows } = await pool.as(context).query(text, [query.number]);
      return { rows: rows.length };
    });
  return [
    reading('summary', SUMMARY_TEXT),
    reading('parcels', PARCELS_TEXT),
    reading('catalogue', CATALOGUE_TEXT),
    route('GET', '/planted/checkout', declare('Holds a transaction across a call'), async ({ context, query }) => {
      const client = await pool.as(context).connect();
      try {
        await client.query('begin');
        const { rows } = await client.query(CATALOGUE_TEXT, [query.number % 1_000]);
        await sleep(PAYMENT_MS);
        await client.query('commit');
        return { rows: rows.length };
      } finally {
        client.release();
      }
    }),
    route('GET', '/planted/export', declare('Forgets to give its client back'), async ({ context, query }) => {
      const client = await pool.as(context).connect();
      const { rows } = await client.query(CATALOGUE_TEXT, [query.number % 1_000]);
      if (isMended) client.release();
      else leaked.push(client);
      return { rows: rows.length };
    }),
    route('GET', '/planted/mend', declare('Gives back what the export forgot'), async () => {
      isMended = true;
      const clients = leaked.splice(0);
      for (const client of clients) release(client);
      return { rows: clients.length };
    }),
  ];
}

function declare<const Summary extends string>(summary: Summary) {
  return { access: 'user', schema: { summary, query: Query, response: { 200: Answer } } } as const;
}

function release(client: PoolClient): void {
  try {
    client.release();
  } catch {
    // The pool had taken it back by itself.
  }
}
