/**
 * Where somebody may be sent after a log-in: a page of this server, or of an origin of the operator's own. Asked when it is
 * given and again when it is gone to, since in between it has been kept somewhere.
 */

export interface OwnOrigins {
  readonly baseUrl: string;
  readonly corsOrigins: readonly string[];
}

/** A browser drops some of these in silence and reads `\` as `/`: what was looked at would not be what is gone to. */
const UNSAFE = /[\s\\\p{C}]/u;

/** As it may be put into a `Location` header; null where it leads anywhere else. */
export function safeNextPage(next: string, { baseUrl, corsOrigins }: OwnOrigins): string | null {
  if (next === '' || UNSAFE.test(next) || !URL.canParse(next, baseUrl)) return null;
  const url = new URL(next, baseUrl);
  if (url.username !== '' || url.password !== '') return null;
  if (next.startsWith('/')) {
    // `/.//elsewhere.example` is read as `//elsewhere.example`, which is another host.
    const isPath = !next.startsWith('//') && !url.pathname.startsWith('//');
    const isOwn = isPath && url.origin === new URL(baseUrl).origin;
    return isOwn ? `${url.pathname}${url.search}${url.hash}` : null;
  }
  const origins = [new URL(baseUrl).origin, ...corsOrigins];
  return /^https?:\/\/[^/]/.test(next) && origins.includes(url.origin) ? url.href : null;
}
