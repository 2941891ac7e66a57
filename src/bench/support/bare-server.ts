/**
 * The ordinary way, for comparison: Fastify and `pg.Pool` at their defaults, a session look-up by the token's hash and the
 * record by owner and id. No schema, no checks, no deadlines, no headers: the least that would answer.
 */

import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { Pool } from 'pg';

const pool = new Pool({ connectionString: process.env.DATABASE_URL });
const server = fastify();

const FIND_SESSION = `
  select sessions.id, sessions.user_id, users.role
  from aquifer_accounts.sessions
  join aquifer_accounts.users on users.id = sessions.user_id
  where sessions.token_hash = $1
    and sessions.expires_at > now()
    and users.disabled_at is null`;

const FIND_RECORD = `
  select id, created_at, updated_at, title, body
  from aquifer_data.notes
  where owner_id = $1
    and id = $2`;

server.get<{ Params: { id: string } }>('/notes/:id', async (request, reply) => {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const sessions = await pool.query(FIND_SESSION, [createHash('sha256').update(token).digest()]);
  const [session] = sessions.rows;
  if (!session) return reply.code(401).send({ error: 'not logged in' });
  const records = await pool.query(FIND_RECORD, [session.user_id, request.params.id]);
  const [record] = records.rows;
  return record ? { record } : reply.code(404).send({ error: 'not found' });
});

await server.listen({ host: '127.0.0.1', port: 0 });
const { port } = server.server.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
process.on('SIGTERM', () => void server.close().then(() => pool.end()));
