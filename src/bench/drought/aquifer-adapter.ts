/** What the schedule's streams mean at Aquifer. */

import { createContestantAdapter } from './contestant-adapter.ts';

// biome-ignore lint/style/noDefaultExport: the load engine reads an adapter as the default export of its file.
export default createContestantAdapter('Aquifer', { logIn: '/v1/accounts/log-in', read: '/v1/data/records/notes' });
