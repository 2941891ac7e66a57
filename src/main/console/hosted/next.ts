// Where the visitor wanted to go before we asked who they are.
import { safeNext } from '../components/safe-next.ts';

/** The wished path of this origin from the address, or null. */
export function wishedNext(): string | null {
  return safeNext(new URLSearchParams(location.search).get('next'));
}

/** Goes there, or to the account page. A whole new page, since it belongs to the application. */
export function leaveTo(next: string | null): void {
  location.assign(next ?? '/accounts/');
}
