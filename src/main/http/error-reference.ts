/** The page behind every problem's `type`: docs/api/errors.md as a table with an anchor for each code. */

import { existsSync, readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { API_POLICY } from './middleware/security-headers.ts';

export interface ErrorEntry {
  code: string;
  status: string;
  meaning: string;
  remedy: string;
}

/** Sources lie three folders below the package's root, built files too. */
const DOCUMENT = new URL('../../../docs/api/errors.md', import.meta.url);
const ROW = /^\| `([a-z0-9_]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/;

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 3rem auto; padding: 0 1.5rem; }
  section { padding: 1rem 0; border-top: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
  section:target { border-left: 4px solid #0b5a8a; padding-left: 1rem; }
  h2 { font: 600 1rem ui-monospace, monospace; margin: 0; } p { margin: .25rem 0 0; }
  h2 span { font-weight: 400; opacity: .7; }
`;

export function readErrorEntries(markdown: string): ErrorEntry[] {
  return markdown.split('\n').flatMap((line) => {
    const [, code, status, meaning, remedy] = ROW.exec(line) ?? [];
    return code && status && meaning && remedy
      ? [{ code, status: status.trim(), meaning: meaning.trim(), remedy: remedy.trim() }]
      : [];
  });
}

export function serveErrorReference(server: FastifyInstance): void {
  if (!existsSync(DOCUMENT)) return;
  const page = renderPage(readErrorEntries(readFileSync(DOCUMENT, 'utf8')));
  server.get('/docs/errors', { schema: { hide: true } }, async (_request, reply) =>
    reply
      .header('content-security-policy', `${API_POLICY}; style-src 'unsafe-inline'`)
      .type('text/html; charset=utf-8')
      .send(page),
  );
}

function renderPage(entries: readonly ErrorEntry[]): string {
  const sections = entries.map(
    ({ code, status, meaning, remedy }) =>
      `<section id="${code}"><h2>${code} <span>${toText(status)}</span></h2><p>${toText(meaning)}</p><p>${toText(remedy)}</p></section>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Errors</title><style>${STYLE}</style></head><body><h1>Errors</h1>${sections.join('')}</body></html>`;
}

function toText(text: string): string {
  return text.replaceAll('`', '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
