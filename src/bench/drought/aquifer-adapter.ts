/** What the schedule's streams mean at Aquifer. */

import type { Adapter } from '../../main/loadtest/index.ts';
import { PASSWORD, type Person } from './people.ts';

interface State {
  people: Person[];
  kind: string;
}

const adapter: Adapter<State> = {
  name: 'Aquifer',
  prepare: ({ parameters }) => parameters as unknown as State,
  requestFor(stream, userIndex, { people, kind }) {
    const person = people[userIndex] as Person;
    const forwarded = { 'x-forwarded-for': person.ip };
    if (stream === 'logIn') {
      const body = JSON.stringify({ email: person.email, password: PASSWORD });
      return {
        method: 'POST',
        path: '/v1/accounts/log-in',
        headers: { ...forwarded, 'content-type': 'application/json' },
        body,
      };
    }
    const headers = { ...forwarded, authorization: `Bearer ${person.token}` };
    return { method: 'GET', path: stream === 'read' ? '/v1/data/records/notes' : `/reports/${kind}`, headers };
  },
};

// biome-ignore lint/style/noDefaultExport: the load engine reads an adapter as the default export of its file.
export default adapter;
