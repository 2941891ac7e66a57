/** What the schedule's streams mean at the ordinary server. */

import { createContestantAdapter } from './contestant-adapter.ts';

// biome-ignore lint/style/noDefaultExport: the load engine reads an adapter as the default export of its file.
export default createContestantAdapter('The ordinary way', { logIn: '/log-in', read: '/notes' });
