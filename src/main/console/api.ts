// The console's one client: same origin, session in a cookie.
import { createClient } from '../client/index.ts';

export const api = createClient({ baseUrl: location.origin });
