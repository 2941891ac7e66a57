// Records, page after page.
import { expect, test } from 'vitest';
import { createClient } from '../../main/client/index.ts';

test('each() walks all pages by their cursors', async () => {
  const pages: Record<string, unknown> = {
    '': { records: [{ id: '1' }, { id: '2' }], nextCursor: 'b' },
    b: { records: [{ id: '3' }], nextCursor: null },
  };
  const client = createClient({
    baseUrl: 'http://server.example',
    fetch: async (url) => Response.json(pages[new URL(String(url)).searchParams.get('cursor') ?? '']),
  });
  const ids: string[] = [];
  for await (const record of client.data.records('notes').each({ limit: 2 })) ids.push(record.id);
  expect(ids).toEqual(['1', '2', '3']);
});
