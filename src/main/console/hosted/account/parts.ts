// The parts of the account page. Each has an address of its own in the fragment, so that a mail can lead to it.
import { useSyncExternalStore } from 'react';

export const accountParts = ['profile', 'security', 'devices', 'connections', 'keys', 'activity', 'data'] as const;
export type AccountPart = (typeof accountParts)[number];

/** The part a fragment names; the first one for anything else. */
export function partOf(fragment: string): AccountPart {
  const name = fragment.replace(/^#/, '');
  return accountParts.find((part) => part === name) ?? 'profile';
}

export function useAccountPart(): AccountPart {
  return partOf(
    useSyncExternalStore(
      (listen) => {
        addEventListener('hashchange', listen);
        addEventListener('popstate', listen);
        return () => {
          removeEventListener('hashchange', listen);
          removeEventListener('popstate', listen);
        };
      },
      () => location.hash,
    ),
  );
}

/** The whole address: a bare fragment is taken for a place on the same page by who hears it. */
export function addressOfPart(part: AccountPart): string {
  return `${location.pathname}${location.search}#${part}`;
}
