/** What the schedule's streams mean at the ordinary server. */

import type { Adapter } from '../../main/loadtest/index.ts';
import { PASSWORD, type Person } from './people.ts';

interface State {
  people: Person[];
  kind: string;
}

const adapter: Adapter<State> = {
  name: 'The ordinary way',
  prepare: ({ parameters }) => parameters as unknown as State,
  requestFor(stream, userIndex, { people, kind }) {
    const person = people[userIndex] as Person;
    const forwarded = { 'x-forwarded-for': person.ip };
    if (stream === 'logIn') {
      const body = JSON.stringify({ email: person.email, password: PASSWORD });
      return { method: 'POST', path: '/log-in', headers: { ...forwarded, 'content-type': 'application/json' }, body };
    }
    const headers = { ...forwarded, authorization: `Bearer ${person.token}` };
    return { method: 'GET', path: stream === 'read' ? '/notes' : `/reports/${kind}`, headers };
  },
};

// biome-ignore lint/style/noDefaultExport: the load engine reads an adapter as the default export of its file.
export default adapter;
