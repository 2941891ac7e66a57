// The hosted pages' addresses: nine pages need no router.
import { type MouseEvent, useSyncExternalStore } from 'react';

const BASE = '/accounts';

/** What stands behind `/accounts/`. */
const paths = {
  account: '',
  'sign-up': 'sign-up',
  'log-in': 'log-in',
  'mail-log-in': 'log-in/mail',
  'forgot-password': 'forgot-password',
  'reset-password': 'reset-password',
  verify: 'verify',
  'set-up-factor': 'set-up-factor',
  'email-confirm': 'email/confirm',
} as const;

type NamedPage = keyof typeof paths;
export type HostedPage = NamedPage | 'not-found';

const named = Object.keys(paths) as NamedPage[];

/** The page a path names. */
export function pageOf(path: string): HostedPage {
  const name = path.slice(BASE.length).replaceAll(/^\/+|\/+$/g, '');
  return named.find((page) => paths[page] === name) ?? 'not-found';
}

/** The address of a page, keeping where the visitor wants to go afterwards. */
export function addressOf(page: HostedPage, next: string | null): string {
  const path = `${BASE}/${page === 'not-found' ? '' : paths[page]}`;
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
