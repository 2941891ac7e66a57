/**
 * One POST to a receiver, and what its answer means. Redirects are not followed: what is signed or secret goes to the address
 * that was given and to no other. The answer is read up to a bound and cleaned of what must not be shown.
 */

import { messageOf } from '../../../../foundation/errors.ts';
import type { Outcome } from './sender.ts';

export interface Post {
  /** As it is called in a sentence. */
  receiver: string;
  url: string;
  body: string;
  headers?: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** Parts that must not be shown, should the receiver repeat them. */
  secrets?: readonly (string | null)[];
}

const ANSWER_BYTES_MAX = 4_096;
const SHOWN_MAX = 160;
const RETRY_AFTER_MAX_MS = 15 * 60_000;
/** Each says that it is the moment that is wrong, not the message. */
const TEMPORARY = new Set([408, 425, 429]);

/** Never rejects. */
export async function postJson(post: Post): Promise<Outcome> {
  const { body, headers, receiver, signal, url } = post;
  const { address, authorization } = splitCredentials(url);
  try {
    const response = await fetch(address, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', 'user-agent': 'Aquifer', ...authorization, ...headers },
      ...{ body, signal },
    });
    // It has taken the message: what else it says, and how slowly, is of no interest.
    if (response.ok) void response.body?.cancel().catch(() => undefined);
    return judge(post, response, response.ok ? '' : await readStart(response));
  } catch (error) {
    return { result: 'again', sentence: failureSentence(receiver, error, signal) };
  }
}

/** `fetch` refuses an address with a password in it. */
function splitCredentials(url: string): { address: string; authorization: Record<string, string> } {
  const parsed = new URL(url);
  const { password, username } = parsed;
  if (username === '' && password === '') return { address: url, authorization: {} };
  parsed.username = '';
  parsed.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { address: parsed.href, authorization: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

function judge(post: Post, { headers, status }: Response, text: string): Outcome {
  const { receiver } = post;
  if (status >= 200 && status < 300) return { result: 'delivered', sentence: `${receiver} answered ${status}.` };
  if (status >= 300 && status < 400) {
    const sentence = `${receiver} answered ${status}, which leads elsewhere. Redirects are not followed: give the last address.`;
    return { result: 'refused', sentence };
  }
  const said = showable(text, [post.url, ...(post.secrets ?? [])]);
  const sentence = said === '' ? `${receiver} answered ${status}.` : `${receiver} answered ${status}: ${said}`;
  if (!TEMPORARY.has(status) && status < 500) return { result: 'refused', sentence };
  return { result: 'again', sentence, retryAfterMs: readRetryAfter(headers.get('retry-after')) };
}

async function readStart(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < ANSWER_BYTES_MAX) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    bytes += value.length;
  }
  // What follows is of no interest, and may be without end.
  await reader.cancel().catch(() => undefined);
  return Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX).toString('utf8');
}

function showable(text: string, secrets: readonly (string | null)[]): string {
  let shown = text;
  for (const secret of secrets.flatMap(partsOf)) shown = shown.replaceAll(secret, '…');
  return shown
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, SHOWN_MAX);
}

/** A receiver may repeat the path of its address alone. */
function partsOf(secret: string | null): string[] {
  if (!secret) return [];
  const { pathname, search } = URL.canParse(secret) ? new URL(secret) : { pathname: '', search: '' };
  return [secret, `${pathname}${search}`, pathname, ...pathname.split('/')].filter((part) => part.length >= 8);
}

function readRetryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, RETRY_AFTER_MAX_MS) : undefined;
}

function failureSentence(receiver: string, error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return `${receiver} did not answer in time.`;
  // `fetch` says "fetch failed" and keeps the reason in its cause.
  const cause = (error as { cause?: unknown }).cause ?? error;
  const code = (cause as { code?: unknown }).code;
  const reason = typeof code === 'string' ? code : messageOf(cause).slice(0, SHOWN_MAX);
  return `${receiver} could not be reached: ${reason}.`;
}
