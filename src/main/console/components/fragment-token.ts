// One-time tokens arrive behind the `#` of a link, which browsers do not send to servers or in referrers.

/** The token in the address, or null. */
export function tokenInFragment(fragment: string): string | null {
  return new URLSearchParams(fragment.replace(/^#/, '')).get('token') || null;
}

let taken: string | null = null;

/**
 * Reads the token and takes it out of the address, so that neither history nor a screenshot keeps it. Asking twice
 * on one page gives the same answer.
 */
export function takeFragmentToken(): string | null {
  const token = tokenInFragment(location.hash);
  if (token !== null) {
    taken = token;
    history.replaceState(history.state, '', location.pathname + location.search);
  }
  return taken;
}
