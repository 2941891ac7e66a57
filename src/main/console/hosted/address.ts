// The hosted pages' addresses: six pages need no router.
import { type MouseEvent, useSyncExternalStore } from 'react';

export type HostedPage =
  | 'account'
  | 'sign-up'
  | 'log-in'
  | 'forgot-password'
  | 'reset-password'
  | 'verify'
  | 'not-found';

const BASE = '/accounts';
const pages: readonly HostedPage[] = ['sign-up', 'log-in', 'forgot-password', 'reset-password', 'verify'];

/** The page a path names. */
export function pageOf(path: string): HostedPage {
  const name = path.slice(BASE.length).replaceAll(/^\/+|\/+$/g, '');
  if (name === '') return 'account';
  return pages.find((page) => page === name) ?? 'not-found';
}

/** The address of a page, keeping where the visitor wants to go afterwards. */
export function addressOf(page: HostedPage, next: string | null): string {
  const path = page === 'account' ? `${BASE}/` : `${BASE}/${page}`;
  return next === null ? path : `${path}?next=${encodeURIComponent(next)}`;
}

const CHANGE = 'popstate';

/** Follows the address. */
export function usePath(): string {
  return useSyncExternalStore(
    (listen) => {
      addEventListener(CHANGE, listen);
      return () => removeEventListener(CHANGE, listen);
    },
    () => location.pathname,
  );
}

/** Goes to another hosted page without loading it anew. */
export function goTo(address: string): void {
  history.pushState(null, '', address);
  dispatchEvent(new PopStateEvent(CHANGE));
  scrollTo(0, 0);
}

/** For links: a plain click stays in the page, any other does what the browser does. */
export function followLink(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  goTo(event.currentTarget.href);
}
