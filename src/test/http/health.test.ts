import { describe, expect, test } from 'vitest';
import { createTestServer } from '../support/http.ts';

const metrics = async () => ({ text: 'one 1\n', contentType: 'text/plain' });

describe('health', () => {
  test('live answers whatever else is wrong', async () => {
    const readiness = () => {
      throw new Error('must not be asked');
    };
    const { fastify } = await createTestServer([], { health: { readiness, metrics, metricsToken: undefined } });
    expect((await fastify.inject('/health/live')).json()).toEqual({ status: 'live' });
  });

  test('ready says 503 and why', async () => {
    const readiness = () => ({ ready: false, checks: { database: 'does not answer' } });
    const { fastify } = await createTestServer([], { health: { readiness, metrics, metricsToken: undefined } });
    const answer = await fastify.inject('/health/ready');
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      { status: 'not_ready', checks: { database: 'does not answer' } },
    ]);
  });
});

describe('metrics', () => {
  const readiness = () => ({ ready: true, checks: {} });
  test('are for this machine only, when there is no token', async () => {
    const { fastify } = await createTestServer([], { health: { readiness, metrics, metricsToken: undefined } });
    expect((await fastify.inject({ url: '/metrics' })).body).toBe('one 1\n');
    const stranger = await fastify.inject({ url: '/metrics', remoteAddress: '203.0.113.9' });
    expect([stranger.statusCode, stranger.json().code]).toEqual([403, 'metrics_refused']);
    const proxied = await fastify.inject({ url: '/metrics', headers: { 'x-forwarded-for': '127.0.0.1' } });
    expect(proxied.statusCode).toBe(403);
  });

  test('ask for the token from everyone, when there is one', async () => {
    const { fastify } = await createTestServer([], { health: { readiness, metrics, metricsToken: 'let-me-in' } });
    const ask = (authorization?: string) =>
      fastify.inject({ url: '/metrics', headers: authorization ? { authorization } : {} });
    expect((await ask()).statusCode).toBe(403);
    expect((await ask('Bearer let-me-out')).statusCode).toBe(403);
    expect((await ask('Bearer let-me-in')).statusCode).toBe(200);
  });
});
