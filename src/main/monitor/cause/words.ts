/** Figures and names as they stand in the sentences of a verdict. */

import type { Lease } from '../../database/index.ts';
import type { Verdict } from './schema.ts';

const STATEMENT_MAX = 140;
const CALLERS_MAX = 5;

export function durationWords(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}

export function countWords(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

export function rateWords(perSecond: number): string {
  const rate = perSecond >= 10 ? countWords(perSecond) : perSecond.toFixed(1);
  return `${rate} ${rate === '1.0' ? 'call' : 'calls'} a second`;
}

export function timesWords(factor: number): string {
  return `${factor >= 10 ? countWords(factor) : factor.toFixed(1)} times`;
}

/** A statement by its declared name, or by its text, short enough for a sentence. */
export function statementWords(name: string, text: string | null): string {
  if (/^[a-z_]+\.[a-zA-Z]+/.test(name) && !/\s/.test(name.split('(')[0] ?? '')) return name;
  return `\`${shorten(text ?? name)}\``;
}

function shorten(text: string): string {
  const short = text.replace(/^(select) .{20,}? (from )/, '$1 … $2');
  return short.length > STATEMENT_MAX ? `${short.slice(0, STATEMENT_MAX)}…` : short;
}

export function listWords(items: readonly string[]): string {
  if (items.length <= 1) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** Who calls, by the share of the connections they hold. */
export function callersOf(leases: readonly Lease[], application: string | null): Verdict['caller'] {
  const shares = (read: (lease: Lease) => string | undefined) => {
    const counts = new Map<string, number>();
    for (const lease of leases) {
      const name = read(lease);
      if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const sorted = [...counts].sort(([, a], [, b]) => b - a).slice(0, CALLERS_MAX);
    return sorted.map(([name, count]): [string, number] => [name, Math.round((count / leases.length) * 100) / 100]);
  };
  return {
    routes: shares(({ origin }) => origin?.route).map(([route, share]) => ({ route, share })),
    tenants: shares(({ origin }) => origin?.tenant).map(([tenant, share]) => ({ tenant, share })),
    application,
  };
}

/** " from GET /reports", or nothing. */
export function fromWords({ routes }: Verdict['caller']): string {
  const [first] = routes;
  if (!first) return '';
  return first.share >= 0.5 || routes.length === 1 ? ` from ${first.route}` : ` from ${first.route} and others`;
}
