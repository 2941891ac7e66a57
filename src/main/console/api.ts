// The console's one client: same origin, session in a cookie.
import { createClient } from '../client/index.ts';

const listeners = new Set<() => void>();
let isProving = false;

export const api = createClient({
  baseUrl: location.origin,
  onProof(isWorking) {
    isProving = isWorking;
    for (const listen of listeners) listen();
  },
});

/** Whether the browser works at what a server under attack has asked of it, and how to hear of it: for `useSyncExternalStore`. */
export const proofOfWork = {
  subscribe(listen: () => void): () => void {
    listeners.add(listen);
    return () => listeners.delete(listen);
  },
  isWorking: () => isProving,
};
