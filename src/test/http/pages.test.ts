import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createTestServer } from '../support/http.ts';

let pagesFolder = '';
beforeAll(() => {
  pagesFolder = mkdtempSync(join(tmpdir(), 'aquifer-pages-'));
  mkdirSync(join(pagesFolder, 'assets'));
  const page = (title: string) => `<title>${title}</title><meta name="csp-nonce" content="__CSP_NONCE__">`;
  writeFileSync(join(pagesFolder, 'index.html'), page('console'));
  writeFileSync(join(pagesFolder, 'hosted.html'), page('hosted'));
  writeFileSync(join(pagesFolder, 'assets', 'app-1a2b.js'), 'export {};');
});

describe('pages', () => {
  test('each answer has a nonce of its own, in the page and in its policy', async () => {
    const { fastify } = await createTestServer([], { pagesFolder });
    const nonces = [];
    for (const url of ['/console/', '/console/users/some-id', '/accounts/', '/accounts/log-in']) {
      const { body, headers, statusCode } = await fastify.inject(url);
      const nonce = /content="([^"]+)"/.exec(body)?.[1] ?? '';
      expect(statusCode).toBe(200);
      expect(body).toContain(url.startsWith('/console') ? '<title>console' : '<title>hosted');
      expect(headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
      expect(headers['content-security-policy']).toContain("script-src 'self';");
      expect(headers['cache-control']).toBe('no-store');
      nonces.push(nonce);
    }
    expect(new Set(nonces).size).toBe(4);
  });

  test('assets are kept for good, and nothing outside of their folder is served', async () => {
    const { fastify } = await createTestServer([], { pagesFolder });
    const asset = await fastify.inject('/console/assets/app-1a2b.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    for (const url of [
      '/console/assets/../index.html',
      '/console/assets/%2e%2e/index.html',
      '/console/assets/..%2findex.html',
    ]) {
      expect((await fastify.inject(url)).body, url).not.toContain('__CSP_NONCE__');
    }
    expect((await fastify.inject('/console/assets/missing.js')).statusCode).toBe(404);
  });

  test('what is no hosted page is not there', async () => {
    const { fastify } = await createTestServer([], { pagesFolder });
    for (const path of ['log-in.bak', '.log-in.swp', 'backup.zip', 'log-in~', '%2e%2e/secret', 'LOG-IN']) {
      expect([path, (await fastify.inject(`/accounts/${path}`)).statusCode]).toEqual([path, 404]);
    }
    for (const path of ['', 'log-in', 'email/confirm']) {
      expect([path, (await fastify.inject(`/accounts/${path}`)).statusCode]).toEqual([path, 200]);
    }
  });

  test('the root and bare folders lead to the pages', async () => {
    const { fastify } = await createTestServer([], { pagesFolder });
    const goal = async (url: string) => (await fastify.inject(url)).headers.location;
    expect([await goal('/'), await goal('/console'), await goal('/accounts')]).toEqual([
      '/console/',
      '/console/',
      '/accounts/',
    ]);
  });
});
