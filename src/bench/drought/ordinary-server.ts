/**
 * Server A, the ordinary way: Fastify and `pg.Pool` at their defaults, argon2id at the same cost as Aquifer's, sessions in
 * a table, one statement for the notes of whoever asks. Nothing here makes it worse than that, and nothing better.
 */

import { createHash, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { verify } from '@node-rs/argon2';
import { type FastifyRequest, fastify } from 'fastify';
import { Pool } from 'pg';
import { kinds, reports } from './kinds.ts';

const pool = new Pool({ connectionString: process.env.DATABASE_URL });
const server = fastify();

// Without a listener an idle connection that breaks would end the process; every guide to pg.Pool has this line.
pool.on('error', () => undefined);

const FIND_USER = 'select id, password_hash from ordinary.users where email = $1';
const INSERT_SESSION = 'insert into ordinary.sessions (token_hash, user_id) values ($1, $2)';
const FIND_SESSION = 'select user_id from ordinary.sessions where token_hash = $1';
const OWN_NOTES = `
  select n.id, n.created_at, n.updated_at, n.title, n.body
  from ordinary.sessions s
  join ordinary.notes n on n.owner_id = s.user_id
  where s.token_hash = $1
  order by n.id
  limit 50`;

const hashToken = (token: string) => createHash('sha256').update(token).digest();
const tokenHashOf = (request: FastifyRequest) =>
  hashToken(request.headers.authorization?.slice('Bearer '.length) ?? '');

server.post<{ Body: { email: string; password: string } }>('/log-in', async (request, reply) => {
  const { rows } = await pool.query(FIND_USER, [request.body.email]);
  const [user] = rows;
  if (!user || !(await verify(user.password_hash, request.body.password))) {
    return reply.code(401).send({ error: 'wrong address or password' });
  }
  const token = randomBytes(32).toString('base64url');
  await pool.query(INSERT_SESSION, [hashToken(token), user.id]);
  return { token };
});

server.get('/notes', async (request) => {
  const { rows } = await pool.query(OWN_NOTES, [tokenHashOf(request)]);
  return { records: rows };
});

for (const kind of kinds) {
  server.get(`/reports/${kind}`, async (request, reply) => {
    const sessions = await pool.query(FIND_SESSION, [tokenHashOf(request)]);
    if (sessions.rows.length === 0) return reply.code(401).send({ error: 'not logged in' });
    const { rows } = await pool.query(reports[kind].text, [...reports[kind].values]);
    return { rows: rows.length };
  });
}

await server.listen({ host: '127.0.0.1', port: 0 });
const { port } = server.server.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
process.on('SIGTERM', () => void server.close().then(() => pool.end()));
