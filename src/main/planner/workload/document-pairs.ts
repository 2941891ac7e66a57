/** What is asked of JSON documents: a pair of a key and a value, drawn from the documents that statistics hold. */

import type { DrawKind } from './draw-values.ts';

interface Key {
  name: string;
  /** How many documents have each value, by its JSON. */
  counts: Map<string, number>;
}

/**
 * Of the key that tells documents apart best, since that is what one looks for: its most frequent value, one from the middle, the
 * rarest. Nothing where the documents are no objects.
 */
export function drawPair(documents: readonly string[], kind: DrawKind): string | undefined {
  const keys = new Map<string, Key>();
  for (const document of documents) {
    for (const [name, value] of entriesOf(document)) {
      const key = keys.get(name) ?? { name, counts: new Map<string, number>() };
      keys.set(name, key);
      const text = JSON.stringify(value);
      key.counts.set(text, (key.counts.get(text) ?? 0) + 1);
    }
  }
  const [best] = [...keys.values()].sort((a, b) => b.counts.size - a.counts.size);
  if (!best) return undefined;
  const values = [...best.counts].sort(([, a], [, b]) => b - a).map(([text]) => text);
  const place = { common: 0, middle: Math.floor(values.length / 2), rare: values.length - 1 }[kind];
  return `{${JSON.stringify(best.name)}:${values[place]}}`;
}

function entriesOf(document: string): [string, unknown][] {
  try {
    const parsed: unknown = JSON.parse(document);
    return parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed) ? Object.entries(parsed) : [];
  } catch {
    return [];
  }
}
